package org.pagetrail.recorder.kernel.pmm;

import org.pagetrail.recorder.kernel.Code;
import org.pagetrail.recorder.kernel.Symbols;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.event.TraceEvents;

/**
 * The physical memory manager: page frames by a bitmap in the kernel's own memory, a set bit for a frame in use.
 *
 * <p>Frame f is bit f mod 32 of word f / 32. The bitmap is read and written by the kernel's instructions, by linear address.
 */
public final class FrameAllocator {
    private static final int WORD_BITS = Integer.SIZE;
    private static final int WORD_BYTES = Integer.BYTES;

    private final Machine machine;
    private final Code code;
    private final TraceEvents events;
    private final Symbols symbols;
    private final int frames;
    private final int bitmap;
    private int nextWord;

    /**
     * An allocator of the machine's frames.
     *
     * @param bitmap the linear address of the bitmap
     */
    public FrameAllocator(Machine machine, Code code, TraceEvents events, Symbols symbols, int bitmap) {
        this.machine = machine;
        this.code = code;
        this.events = events;
        this.symbols = symbols;
        this.bitmap = bitmap;
        frames = machine.memory().frames();
    }

    /** Takes every frame for one in use: what is available is said afterwards. */
    public void begin() {
        for (int word = 0; word < words(); word++) {
            code.store(bitmap + word * WORD_BYTES, -1);
        }
    }

    private int words() {
        return (frames + WORD_BITS - 1) / WORD_BITS;
    }

    /** Frees the whole frames of a range that the firmware reports as available. */
    public void makeAvailable(long physical, long size) {
        int first = (int) Math.min(frames, physical + 0xfff >>> 12);
        int end = (int) Math.min(frames, physical + size >>> 12);
        write(first, end, false);
    }

    /** Takes a run of frames out of allocation for good. */
    public void lock(int first, int count, String use) {
        write(first, Math.min(frames, first + count), true);
        events.framesLocked(machine.now(), first, count, symbols.of(use));
    }

    private void write(int first, int end, boolean used) {
        for (int frame = first; frame < end; ) {
            int inWord = Math.min(end - frame, WORD_BITS - frame % WORD_BITS);
            int mask = (inWord == WORD_BITS ? -1 : (1 << inWord) - 1) << frame % WORD_BITS;
            int at = bitmap + frame / WORD_BITS * WORD_BYTES;
            int was = code.load(at);
            code.store(at, used ? was | mask : was & ~mask);
            frame += inWord;
        }
    }

    /**
     * Takes a free frame, the lowest from where the last was found.
     *
     * @throws OutOfFramesException when none is left
     */
    public int allocate(String use) {
        for (int i = 0; i < words(); i++) {
            int word = (nextWord + i) % words();
            int at = bitmap + word * WORD_BYTES;
            int bits = code.load(at);
            if (bits != -1) {
                int bit = Integer.numberOfTrailingZeros(~bits);
                code.store(at, bits | 1 << bit);
                nextWord = word;
                int frame = word * WORD_BITS + bit;
                events.framesAllocated(machine.now(), frame, 1, symbols.of(use));
                return frame;
            }
        }
        throw new OutOfFramesException("no page frame is left for " + use + "; give the machine more with --ram");
    }
}

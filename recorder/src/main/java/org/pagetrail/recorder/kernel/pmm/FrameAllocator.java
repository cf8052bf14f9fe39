package org.pagetrail.recorder.kernel.pmm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pagetrail.recorder.kernel.Code;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.kernel.Defects;
import org.pagetrail.recorder.kernel.KernelPanic;
import org.pagetrail.recorder.kernel.Symbols;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * The physical memory manager: page frames by a bitmap in the kernel's own memory, a set bit for a frame in use.
 *
 * <p>Frame f is bit f mod 32 of word f / 32. The bitmap is read and written by the kernel's instructions, by linear address.
 */
public final class FrameAllocator {
    /** What a frame of a program's own memory is used for. */
    public static final String USER_PAGE = "user-page";

    private static final int WORD_BITS = Integer.SIZE;
    private static final int WORD_BYTES = Integer.BYTES;

    /** Frames taken out of allocation for good. */
    private record Lock(int first, int end, String use) {}

    private final Machine machine;
    private final Code code;
    private final TraceEvents events;
    private final Symbols symbols;
    private final Defects defects;
    private final int frames;
    private final int bitmap;
    private final List<Lock> locks = new ArrayList<>();
    private int nextWord;
    private int free;

    /** The program's page that was given out last; -1 when it has been given back. */
    private int lastUserPage = -1;

    /**
     * An allocator of the machine's frames.
     *
     * @param bitmap the linear address of the bitmap
     */
    public FrameAllocator(
            Machine machine, Code code, TraceEvents events, Symbols symbols, Defects defects, int bitmap) {
        this.machine = machine;
        this.code = code;
        this.events = events;
        this.symbols = symbols;
        this.defects = defects;
        this.bitmap = bitmap;
        frames = machine.memory().frames();
    }

    /** How many frames there are, free or not. */
    public int frames() {
        return frames;
    }

    /** How many are free. */
    public int free() {
        return free;
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
        locks.add(new Lock(first, first + count, use));
        events.framesLocked(machine.now(), first, count, symbols.of(use));
    }

    private void write(int first, int end, boolean used) {
        for (int frame = first; frame < end; ) {
            int inWord = Math.min(end - frame, WORD_BITS - frame % WORD_BITS);
            int mask = (inWord == WORD_BITS ? -1 : (1 << inWord) - 1) << frame % WORD_BITS;
            int at = wordOf(frame);
            int was = code.load(at);
            int now = used ? was | mask : was & ~mask;
            code.store(at, now);
            free += Integer.bitCount(was) - Integer.bitCount(now);
            frame += inWord;
        }
    }

    private int wordOf(int frame) {
        return bitmap + frame / WORD_BITS * WORD_BYTES;
    }

    /**
     * Takes a free frame, the lowest from where the last was found.
     *
     * @throws OutOfFramesException when none is left
     */
    public int allocate(String use) {
        int wrong = use.equals(USER_PAGE) ? mistaken() : -1;
        if (wrong >= 0) {
            return allocated(wrong, 1, use);
        }
        for (int i = 0; i < words(); i++) {
            int word = (nextWord + i) % words();
            int at = bitmap + word * WORD_BYTES;
            int bits = code.load(at);
            if (bits != -1) {
                int bit = Integer.numberOfTrailingZeros(~bits);
                code.store(at, bits | 1 << bit);
                nextWord = word;
                free--;
                return allocated(word * WORD_BITS + bit, 1, use);
            }
        }
        throw outOfFrames(1, use);
    }

    private int allocated(int frame, int count, String use) {
        events.framesAllocated(machine.now(), frame, count, symbols.of(use));
        if (use.equals(USER_PAGE)) {
            lastUserPage = frame;
        }
        return frame;
    }

    /** The frame that a wrong kernel gives out now; -1 for a right one. */
    private int mistaken() {
        if (lastUserPage < 0) {
            return -1;
        }
        if (defects.strikes(Defect.DOUBLE_ALLOC)) {
            return lastUserPage;
        }
        if (defects.strikes(Defect.ALLOC_FROM_HOLE)) {
            return LinearAddress.page(0xa_0000);
        }
        if (defects.strikes(Defect.ALLOC_FROM_LOCKED_MODULE)) {
            return locks.stream()
                    .filter(lock -> lock.use.equals("module"))
                    .mapToInt(Lock::first)
                    .findFirst()
                    .orElse(-1);
        }
        return -1;
    }

    private static OutOfFramesException outOfFrames(int count, String use) {
        String what = count == 1 ? "no page frame is left" : "no run of " + count + " page frames is left";
        return new OutOfFramesException(what + " for " + use + "; give the machine more with --ram");
    }

    /**
     * Takes a run of free frames that follow each other, the lowest there is.
     *
     * @return the first
     * @throws OutOfFramesException when there is none so long
     */
    public int allocate(int count, String use) {
        if (count < 1) {
            throw new KernelPanic("a run of " + count + " page frames was asked for");
        }
        int run = 0;
        int bits = -1;
        for (int frame = 0; frame < frames; frame++) {
            if (frame % WORD_BITS == 0) {
                bits = code.load(wordOf(frame));
            }
            run = (bits >>> frame % WORD_BITS & 1) == 0 ? run + 1 : 0;
            if (run == count) {
                int first = frame - count + 1;
                write(first, first + count, true);
                return allocated(first, count, use);
            }
        }
        throw outOfFrames(count, use);
    }

    /**
     * Gives a frame back.
     *
     * @throws KernelPanic when it is locked, or not in use
     */
    public void free(int frame, String use) {
        for (Lock lock : locks) {
            if (frame >= lock.first && frame < lock.end) {
                throw new KernelPanic(
                        String.format(Locale.ROOT, "page frame 0x%05x is freed, which is locked: %s", frame, lock.use));
            }
        }
        if (frame < 0 || frame >= frames) {
            throw new KernelPanic(String.format(Locale.ROOT, "page frame 0x%05x is freed, which is no memory", frame));
        }
        int at = wordOf(frame);
        int bits = code.load(at);
        if ((bits >>> frame % WORD_BITS & 1) == 0) {
            throw new KernelPanic(String.format(Locale.ROOT, "page frame 0x%05x is freed twice", frame));
        }
        code.store(at, bits & ~(1 << frame % WORD_BITS));
        free++;
        lastUserPage = frame == lastUserPage ? -1 : lastUserPage;
        events.framesFreed(machine.now(), frame, 1, symbols.of(use));
    }
}

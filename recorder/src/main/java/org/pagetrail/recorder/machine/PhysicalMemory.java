package org.pagetrail.recorder.machine;

import java.util.Arrays;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * Physical memory in page frames of 1,024 words, from frame 0 up; a frame takes space once it is written.
 *
 * <p>RAM begins as zeros. Beyond it nothing answers: a read gives all ones, a write is lost.
 */
public final class PhysicalMemory {
    /** Words in a page frame. */
    public static final int FRAME_WORDS = LinearAddress.PAGE_BYTES / Integer.BYTES;

    private static final int OPEN_BUS = -1;

    /** The most that 32-bit physical addresses reach. */
    private static final long LARGEST = 1L << 32;

    private final int[][] frames;

    /**
     * So many bytes of RAM.
     *
     * @throws IllegalArgumentException unless it is a multiple of 4 KB from 4 KB to 4 GB
     */
    public PhysicalMemory(long bytes) {
        if (bytes <= 0 || bytes > LARGEST || bytes % LinearAddress.PAGE_BYTES != 0) {
            throw new IllegalArgumentException("RAM of " + bytes + " bytes; use a multiple of 4 KB up to 4 GB");
        }
        frames = new int[(int) (bytes / LinearAddress.PAGE_BYTES)][];
    }

    /** How many frames of RAM there are. */
    public int frames() {
        return frames.length;
    }

    /** Whether RAM has this frame. */
    public boolean has(int frame) {
        return frame >= 0 && frame < frames.length;
    }

    /** The words of each frame of RAM, null where none was written yet; to be read only. */
    int[][] frameWords() {
        return frames;
    }

    /** The word at this slot of a frame. */
    public int read(int frame, int slot) {
        if (frame >= frames.length) {
            return OPEN_BUS;
        }
        int[] words = frames[frame];
        return words == null ? 0 : words[slot];
    }

    /** Writes the word at this slot of a frame. */
    void write(int frame, int slot, int word) {
        if (frame >= frames.length) {
            return;
        }
        int[] words = frames[frame];
        if (words == null) {
            if (word == 0) {
                return;
            }
            words = new int[FRAME_WORDS];
            frames[frame] = words;
        }
        words[slot] = word;
    }

    /** Fills a frame with zeros. */
    void clear(int frame) {
        if (frame < frames.length && frames[frame] != null) {
            Arrays.fill(frames[frame], 0);
        }
    }

    /**
     * Places bytes, as a boot loader does before there is a machine to watch.
     *
     * @param physical the address of the first byte; bytes beyond RAM are lost
     */
    public void load(long physical, byte[] bytes, int offset, int length) {
        for (int i = 0; i < length; i++) {
            long at = physical + i;
            int frame = (int) (at >>> LinearAddress.PAGE_SHIFT);
            int slot = (int) (at >>> 2) & (FRAME_WORDS - 1);
            int shift = (int) (at & 3) * Byte.SIZE;
            int word = read(frame, slot) & ~(0xff << shift) | (bytes[offset + i] & 0xff) << shift;
            write(frame, slot, word);
        }
    }
}

package org.pagetrail.recorder.machine;

/** What tests ask of page frames. */
final class Frames {
    private Frames() {}

    /** Whether RAM has the frame and every word of it is zero. */
    static boolean isClear(PhysicalMemory memory, int frame) {
        boolean clear = memory.has(frame);
        for (int slot = 0; clear && slot < PhysicalMemory.FRAME_WORDS; slot++) {
            clear = memory.read(frame, slot) == 0;
        }
        return clear;
    }
}

package org.pagetrail.analyzer.rule;

import java.util.BitSet;

/** Which page frames hold what somebody put there: those that were cleared or copied into since they were last taken. */
final class Contents {
    private final BitSet filled = new BitSet();

    private static boolean counted(long frame) {
        return frame >= 0 && frame < Integer.MAX_VALUE;
    }

    boolean filled(long frame) {
        return counted(frame) && filled.get((int) frame);
    }

    /** A frame was cleared or copied into. */
    void fill(long frame) {
        if (counted(frame)) {
            filled.set((int) frame);
        }
    }

    /** Frames changed hands: what they hold is their last owner's. */
    void forget(long first, long count) {
        long end = Math.min(first + count, Integer.MAX_VALUE);
        if (first >= 0 && first < end) {
            filled.clear((int) first, (int) end);
        }
    }
}

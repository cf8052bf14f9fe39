package org.pagetrail.benchmarks.compare;

import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.TlbFills;

/**
 * A hash of all fields of the fills that it is told, ticks since the first, as the reference computes it, and how many there are by
 * cause.
 */
final class FillHash extends FillsInRuns {
    private static final long FACTOR = 0x9e37_79b9_7f4a_7c15L;
    private static final int SHIFT = 29;

    private final long[] byCause = new long[FillCause.values().length];
    private long firstTick;
    private long hash;

    @Override
    public void tlbFilled(TlbFills fills) {
        long[] words = fills.words();
        for (int at = 0; at < fills.count() * TlbFills.WORDS; at += TlbFills.WORDS) {
            if (hash == 0) {
                firstTick = words[at];
            }
            mix(words[at] - firstTick);
            for (int i = 1; i < TlbFills.WORDS; i++) {
                mix(words[at + i]);
            }
            byCause[TlbFills.cause(words[at + TlbFills.SHAPE])]++;
        }
    }

    private void mix(long value) {
        long mixed = (hash ^ value) * FACTOR;
        hash = mixed ^ mixed >>> SHIFT;
    }

    long hash() {
        return hash;
    }

    /** Walks, then those from the second level. */
    long[] counts() {
        return new long[] {byCause[FillCause.MISS.ordinal()], byCause[FillCause.SECOND_LEVEL.ordinal()]};
    }
}

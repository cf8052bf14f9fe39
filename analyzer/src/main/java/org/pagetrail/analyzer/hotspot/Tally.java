package org.pagetrail.analyzer.hotspot;

import org.pagetrail.traces.profile.Costs;

/** How often each thing that takes cycles happened in one place; what it took is how often, times what one takes. */
public final class Tally {
    private static final Cause[] CAUSES = Cause.values();

    private final Costs costs;
    private final long[] counts = new long[Cause.COUNT];

    Tally(Costs costs) {
        this.costs = costs;
    }

    void add(Cause cause, long count) {
        counts[cause.ordinal()] += count;
    }

    void add(Tally other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    /** How often. */
    public long count(Cause cause) {
        return counts[cause.ordinal()];
    }

    /** The cycles that went there. */
    public long cycles(Cause cause) {
        return counts[cause.ordinal()] * cause.each(costs);
    }

    /** All cycles. */
    public long cycles() {
        long cycles = 0;
        for (Cause cause : CAUSES) {
            cycles += cycles(cause);
        }
        return cycles;
    }

    /** Whether nothing was counted. */
    public boolean empty() {
        for (long count : counts) {
            if (count != 0) {
                return false;
            }
        }
        return true;
    }
}

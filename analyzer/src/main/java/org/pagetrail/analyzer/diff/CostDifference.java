package org.pagetrail.analyzer.diff;

import java.util.OptionalDouble;

/**
 * A number that tells what a phase cost, and is not the same.
 *
 * @param phase the phase, {@link #ALL} for the whole recording
 * @param measure what was counted
 * @param old how many in the old recording
 * @param now how many in the new recording
 */
public record CostDifference(String phase, Measure measure, long old, long now) {
    /** The name that stands for all phases together. */
    public static final String ALL = "all";

    private static final double PERCENT = 100.0;

    /** What can be counted. */
    public enum Measure {
        /** Model cycles. */
        CYCLES,

        /** Accesses that a walk served. */
        WALKS,

        /** Fills of a first-level TLB with a translation that it did not hold. */
        MISSES,

        /** Page faults, double and triple faults. */
        FAULTS
    }

    /** How many more, negative when fewer. */
    public long change() {
        return now - old;
    }

    /** The same in percent of the old number; empty when that is 0. */
    public OptionalDouble percent() {
        return old == 0 ? OptionalDouble.empty() : OptionalDouble.of(PERCENT * change() / old);
    }
}

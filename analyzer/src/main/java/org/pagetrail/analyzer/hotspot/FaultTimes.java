package org.pagetrail.analyzer.hotspot;

/**
 * How long page faults took, from {@code page-faulted} to {@code page-fault-resolved} of the same address.
 *
 * <p>They nest; one that was given up is forgotten when the one around it is resolved.
 */
final class FaultTimes {
    /** More than any machine has in the course of being answered; of more, the outermost are forgotten. */
    private static final int DEPTH = 256;

    private final long[] linears = new long[DEPTH];
    private final long[] ticks = new long[DEPTH];
    private final Distribution.Gathering times = new Distribution.Gathering();
    private int depth;

    void faulted(long linear, long tick) {
        if (depth == DEPTH) {
            depth--;
            System.arraycopy(linears, 1, linears, 0, depth);
            System.arraycopy(ticks, 1, ticks, 0, depth);
        }
        linears[depth] = linear;
        ticks[depth] = tick;
        depth++;
    }

    void resolved(long linear, long tick) {
        for (int i = depth - 1; i >= 0; i--) {
            if (linears[i] == linear) {
                times.add(tick - ticks[i]);
                depth = i;
                return;
            }
        }
    }

    Distribution distribution() {
        return times.distribution();
    }
}

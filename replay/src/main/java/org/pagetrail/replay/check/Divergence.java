package org.pagetrail.replay.check;

import java.util.List;
import java.util.Map;

/**
 * Where events stop being those of a trace, with what stands around.
 *
 * @param ordinal the position of the first event that differs
 * @param phase the phase in which that is, or null
 * @param symbols the texts that were defined before, by number
 * @param before the last events that agree, oldest first
 * @param trace the trace's events from there on; empty when it has no more
 * @param told the events told from there on; empty when there were no more
 */
public record Divergence(
        long ordinal,
        String phase,
        Map<Long, String> symbols,
        List<TracedEvent> before,
        List<TracedEvent> trace,
        List<TracedEvent> told) {
    /** With lists that do not change. */
    public Divergence {
        symbols = Map.copyOf(symbols);
        before = List.copyOf(before);
        trace = List.copyOf(trace);
        told = List.copyOf(told);
    }
}

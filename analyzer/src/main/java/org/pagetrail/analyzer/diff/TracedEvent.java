package org.pagetrail.analyzer.diff;

import java.util.List;
import java.util.Map;

/**
 * An event of a trace as data.
 *
 * @param ordinal its position in its trace
 * @param tick its tick, in model cycles
 * @param phase the part of the recording that it belongs to
 * @param id its number, one of {@link org.pagetrail.traces.event.EventId}
 * @param fields its fields in declared order
 * @param symbols the texts of the symbols that it names, by number
 */
public record TracedEvent(long ordinal, long tick, String phase, int id, List<Long> fields, Map<Long, String> symbols) {
    /** With collections that do not change. */
    public TracedEvent {
        fields = List.copyOf(fields);
        symbols = Map.copyOf(symbols);
    }
}

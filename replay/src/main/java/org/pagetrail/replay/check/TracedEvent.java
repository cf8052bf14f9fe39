package org.pagetrail.replay.check;

import java.util.List;

/**
 * An event as data.
 *
 * @param ordinal its position
 * @param id one of {@link org.pagetrail.traces.event.EventId}
 * @param tick model cycles
 * @param fields in declared order
 * @param text of {@code symbol-defined}, else null
 */
public record TracedEvent(long ordinal, int id, long tick, List<Long> fields, String text) {}

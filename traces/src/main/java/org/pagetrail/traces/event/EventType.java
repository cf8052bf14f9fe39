package org.pagetrail.traces.event;

import java.util.List;

/**
 * What the catalog knows of an event.
 *
 * @param id its number in journals
 * @param name its name in text, the method's in kebab-case
 * @param method the method of {@link TraceEvents}
 * @param says what happened, a sentence or two for people
 * @param since the first format version that has it
 * @param fields its fields in declared order, the tick left out
 * @param hasText whether it carries a text beside its fields ({@code symbol-defined} alone)
 */
public record EventType(
        int id, String name, String method, String says, int since, List<EventField> fields, boolean hasText) {
    /** The family that the event belongs to. */
    public EventFamily family() {
        return EventFamily.of(id);
    }
}

package org.pagetrail.analyzer.diff;

import com.fasterxml.jackson.databind.JsonNode;

/** How events are shown: as a text for people, and as JSON. */
public interface EventWording {
    /** What the event says, without its name. */
    String text(TracedEvent event);

    /** The event as the portable trace has it. */
    JsonNode json(TracedEvent event);
}

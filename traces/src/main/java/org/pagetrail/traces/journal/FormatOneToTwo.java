package org.pagetrail.traces.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.pagetrail.traces.event.TraceEvents;

/** Format 2 writes fills in blocks in a shorter form; header and events mean what they meant. */
final class FormatOneToTwo implements FormatStep {
    @Override
    public int from() {
        return 1;
    }

    @Override
    public ObjectNode header(ObjectNode header) {
        return header;
    }

    @Override
    public TraceEvents events(TraceEvents next) {
        return next;
    }
}

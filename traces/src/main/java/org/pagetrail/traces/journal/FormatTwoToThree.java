package org.pagetrail.traces.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.pagetrail.traces.event.TraceEvents;

/** Format 3 tells the second half of a block's events without the first; header and events mean what they meant. */
final class FormatTwoToThree implements FormatStep {
    @Override
    public int from() {
        return 2;
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

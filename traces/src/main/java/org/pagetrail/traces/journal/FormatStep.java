package org.pagetrail.traces.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.pagetrail.traces.event.TraceEvents;

/**
 * One step from a version of the format to the next: how a journal of the older is read as one of the newer.
 *
 * <p>A class a step, named as {@code FormatOneToTwo}, in the list of {@link Migration#STEPS}. A step is never changed once a version that writes
 * the newer format was released: it is what a journal of then means. Each version has a journal in the tests that is read through all
 * steps.
 *
 * <p>Checksums, counts and the closing record are checked before the steps, against what is in the file. A step turns each event
 * into one event, so that ordinals stay what they were.
 */
interface FormatStep {
    /** The version that is read; the next is what it is read as. */
    int from();

    /** The header as the next version has it, the same unless told otherwise; {@code format} is set by the caller. */
    default ObjectNode header(ObjectNode header) {
        return header;
    }

    /** Takes the older version's events and tells those of the next to {@code next}, the same unless told otherwise. */
    default TraceEvents events(TraceEvents next) {
        return next;
    }
}

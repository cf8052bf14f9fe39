package org.pagetrail.traces.event;

/** The digest of all events that it is told, as a closing record has it: the identity of a trace's events. */
public interface EventsDigest extends TraceEvents {
    /** The digest, hexadecimal; asked for once, after the last event. */
    String digest();
}

package org.pagetrail.traces.event;

import java.io.Closeable;

/** A trace being read from its beginning: a journal or a portable trace. */
public interface TraceReader extends Closeable {
    /** What the trace says of itself. */
    TraceHeader header();

    /**
     * Tells the next event to {@code out}.
     *
     * @return false when there is none any more
     * @throws TraceException when the trace is damaged here
     */
    boolean next(TraceEvents out);

    /** The ordinal of the event that {@link #next} told last, or is telling; -1 before the first. */
    long ordinal();

    /**
     * The closing record.
     *
     * @return null when the trace has none: its recording did not end properly, and it is readable up to its last whole block
     * @throws TraceException when the record does not agree with the events, or cannot be read
     */
    TraceClosing closing();

    /** Tells all events that are left. */
    default void readAll(TraceEvents out) {
        while (next(out)) {}
    }

    /** Whether the recording ended properly. */
    default boolean complete() {
        return closing() != null;
    }

    @Override
    void close();
}

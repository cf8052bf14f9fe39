package org.pagetrail.traces.event;

import java.io.Closeable;

/** A trace being read from its beginning: a journal or a portable trace. */
public interface TraceReader extends Closeable {
    /** What the trace says of itself. */
    TraceHeader header();

    /** The format that it was written in; the header is that of the format that it is read as. */
    default int writtenFormat() {
        return header().format();
    }

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

    /** Tells the events up to that of an ordinal, or to the end when that comes before. */
    default void readTo(long ordinal, TraceEvents out) {
        while (ordinal() < ordinal && next(out)) {}
    }

    /**
     * Leaves out events that come before that of an ordinal: those that it need not read, which may be none. What is left out is not
     * checked either.
     *
     * @return the ordinal of the event that {@link #next} tells next, if there is one; never beyond the one given, unless it was before
     * @throws TraceException when the trace cannot be read
     */
    default long skipTo(long ordinal) {
        return ordinal() + 1;
    }

    /** How it ends, as far as is known: damage that was not read yet is not. Never throws. */
    default TraceEnding ending() {
        try {
            TraceClosing closing = closing();
            return closing == null
                    ? TraceEnding.INCOMPLETE
                    : closing.truncated() ? TraceEnding.TRUNCATED : TraceEnding.COMPLETE;
        } catch (TraceException e) {
            return TraceEnding.DAMAGED;
        }
    }

    /** Whether it is known to hold all of its recording, as far as {@link #ending} goes. */
    default boolean complete() {
        return ending() == TraceEnding.COMPLETE;
    }

    /** Whether whoever reads it asked for what there is, though the recording's rest may be missing. */
    default boolean partIsEnough() {
        return false;
    }

    @Override
    void close();
}

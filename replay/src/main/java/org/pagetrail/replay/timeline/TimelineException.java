package org.pagetrail.replay.timeline;

/** A point that a trace does not have. Its message is the one line to show. */
public final class TimelineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line to show. */
    public TimelineException(String message) {
        super(message);
    }
}

package org.pagetrail.traces.event;

/** A trace that cannot be read: missing, no trace, damaged or incomplete. Its message is the one line to show. */
public final class TraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line to show. */
    public TraceException(String message) {
        super(message);
    }

    /** With the line to show and what lies under it. */
    public TraceException(String message, Throwable cause) {
        super(message, cause);
    }
}

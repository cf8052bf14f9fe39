package org.pagetrail.traces.event;

/** A trace that cannot be written. Its message is the one line to show. */
public final class TraceOutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why it cannot be written. */
    public enum Reason {
        /** Something is there already, or is being recorded into: the caller's choice of output is at fault. */
        EXISTS,

        /** The store refuses: no space, no permission, an input-output error. */
        STORE
    }

    private final Reason reason;

    /** With the line to show. */
    public TraceOutputException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** With the line to show and what lies under it. */
    public TraceOutputException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}

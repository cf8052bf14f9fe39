package org.pagetrail.recorder.conform;

/** A table of cases that cannot be used. Its message is the one line to show. */
public final class CaseTableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line to show. */
    public CaseTableException(String message) {
        super(message);
    }

    /** With the line to show, and why. */
    public CaseTableException(String message, Throwable cause) {
        super(message, cause);
    }
}

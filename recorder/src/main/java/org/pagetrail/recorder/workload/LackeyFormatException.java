package org.pagetrail.recorder.workload;

/**
 * A file that is no reference stream, or one with a reference that cannot be run. Its message is the one line to show: the file and, past
 * its beginning, the line, what is wrong, what to do.
 */
public final class LackeyFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LackeyFormatException(String message) {
        super(message);
    }

    LackeyFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}

package org.pagetrail.recorder.session;

/** Inputs that no recording can be made from. Its message is the one line to show. */
public final class RecordingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecordingException(String message) {
        super(message);
    }

    RecordingException(String message, Throwable cause) {
        super(message, cause);
    }
}

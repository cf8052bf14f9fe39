package org.pagetrail.traces.profile;

/** A machine profile that cannot be used. Its message is the one line to show. */
public final class ProfileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProfileException(String message, Throwable cause) {
        super(message, cause);
    }

    ProfileException(String message) {
        super(message);
    }
}

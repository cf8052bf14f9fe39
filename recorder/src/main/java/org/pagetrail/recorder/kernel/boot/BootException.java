package org.pagetrail.recorder.kernel.boot;

/** A boot that the model kernel cannot go on with under its plan. Its message is the one line to show. */
public final class BootException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BootException(String message) {
        super(message);
    }
}

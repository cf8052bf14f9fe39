package org.pagetrail.recorder.kernel.firmware;

/** What a boot loader could not have loaded. Its message is the one line to show. */
public final class BootLoaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BootLoaderException(String message) {
        super(message);
    }

    BootLoaderException(String message, Throwable cause) {
        super(message, cause);
    }
}

package org.pagetrail.recorder.kernel.firmware;

/** A kernel cannot be loaded as asked: memory, modules or command line do not fit. Its message is the one line to show. */
public final class BootLoaderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BootLoaderException(String message) {
        super(message);
    }

    BootLoaderException(String message, Throwable cause) {
        super(message, cause);
    }
}

package org.pagetrail.recorder.kernel;

/** The model kernel has come upon something that must not be. Its message is the one line to show. */
public final class KernelPanic extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what was found. */
    public KernelPanic(String message) {
        super(message);
    }
}

package org.pagetrail.recorder.kernel.pmm;

/** No page frame is free. Its message is the one line to show. */
public final class OutOfFramesException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what was wanted. */
    public OutOfFramesException(String message) {
        super(message);
    }
}

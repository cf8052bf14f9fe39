package org.pagetrail.recorder.kernel.process;

/** The running process has ended and is gone; the kernel stands on its own stack. Control flow: it has no stack trace. */
public final class ProcessEnded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProcessEnded() {
        super("the process ended", null, false, false);
    }
}

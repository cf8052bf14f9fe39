package org.pagetrail.recorder.kernel.process;

/** The kernel's copy from or to user memory met a bad address and goes on at its fixup. Control flow: it has no stack trace. */
final class FixedUp extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FixedUp() {
        super("a bad user address", null, false, false);
    }
}

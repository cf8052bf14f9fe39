package org.pagetrail.recorder.kernel.elf;

/** A kernel file that cannot be used. Its message is the one line to show. */
public final class ElfFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ElfFormatException(String message) {
        super(message);
    }

    ElfFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}

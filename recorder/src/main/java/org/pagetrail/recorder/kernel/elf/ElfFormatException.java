package org.pagetrail.recorder.kernel.elf;

/** A file that is no kernel image. Its message is the one line to show: the file, what is wrong, what to do. */
public final class ElfFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ElfFormatException(String message) {
        super(message);
    }

    ElfFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}

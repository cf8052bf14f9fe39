package org.pagetrail.recorder.kernel.elf;

import java.util.Locale;

/** What an ELF file is to be of use for. */
public enum ElfPurpose {
    /** An executable that a boot loader places. */
    KERNEL,
    /** A static executable that a kernel runs as a process. */
    PROGRAM,
    /** A shared object that processes map. */
    LIBRARY;

    String word() {
        return this == LIBRARY ? "shared library" : name().toLowerCase(Locale.ROOT);
    }
}

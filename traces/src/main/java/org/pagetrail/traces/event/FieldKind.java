package org.pagetrail.traces.event;

/** What a field of an event is: its unit, and so its form in text. */
public enum FieldKind {
    /** A linear address, in bytes. */
    LINEAR,

    /** A physical address, in bytes. */
    PHYSICAL,

    /** A page (linear), by number; in text its first address. */
    PAGE,

    /** A page frame (physical), by number; in text its first address. */
    FRAME,

    /** A raw paging-structure entry, 0 when absent. */
    ENTRY,

    /** The value of a register. */
    VALUE,

    /** A page-fault error code. */
    ERROR_CODE,

    /** How many. */
    COUNT,

    /** A size in bytes. */
    BYTES,

    /** A position, from 0. */
    INDEX,

    /** A position from 0, or -1 for none; in text null. */
    OPTIONAL_INDEX,

    /** A level of the paging structures; 1 holds the last entry of a walk. */
    LEVEL,

    /** A current privilege level, 0 to 3. */
    PRIVILEGE,

    /** A process; 0 is the kernel. */
    PID,

    /** 0 or 1; in text false or true. */
    FLAG,

    /** A set of {@link Rights}; in text four columns, as {@code rw--}. */
    RIGHTS,

    /** A text by the number that {@code symbol-defined} gave it; in text the text. */
    SYMBOL,

    /** One of the constants of an enumeration, by its position; in text its name in kebab-case. */
    CODE;
}

package org.pagetrail.traces.event;

/** The kinds of memory access. */
public enum AccessKind {
    /** Data is read. */
    READ,

    /** Data is written, or read and written. */
    WRITE,

    /** An instruction is fetched. */
    FETCH
}

package org.pagetrail.traces.event;

/** The control registers whose writes are recorded. */
public enum ControlRegister {
    /** Paging (PG) and write protection (WP). */
    CR0,

    /** The page directory. */
    CR3,

    /** The extensions: PSE, PAE, PGE, SMEP, SMAP. */
    CR4
}

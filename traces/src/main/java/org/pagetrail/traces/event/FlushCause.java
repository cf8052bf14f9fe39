package org.pagetrail.traces.event;

/** What dropped translations. */
public enum FlushCause {
    /** INVLPG: one page. */
    INVLPG,

    /** MOV to CR3. */
    CR3_WRITE,

    /** CR4.PGE changed. */
    CR4_PGE,

    /** CR4.PSE changed. */
    CR4_PSE,

    /** CR4.PAE changed. */
    CR4_PAE,

    /** CR4.SMEP was set. */
    CR4_SMEP,

    /** CR0.PG was cleared. */
    CR0_PG,

    /** A page fault: the faulting page. */
    PAGE_FAULT
}

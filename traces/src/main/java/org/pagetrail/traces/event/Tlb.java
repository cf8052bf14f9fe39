package org.pagetrail.traces.event;

/** The translation caches of the model. */
public enum Tlb {
    /** One TLB for accesses of every kind. */
    UNIFIED,

    /** First level, fetches, 4 KB pages. */
    INSTRUCTION_4K,

    /** First level, fetches, 4 MB pages. */
    INSTRUCTION_4M,

    /** First level, reads and writes, 4 KB pages. */
    DATA_4K,

    /** First level, reads and writes, 4 MB pages. */
    DATA_4M,

    /** Shared second level. */
    SECOND_LEVEL,

    /** Paging-structure cache: directory entries. */
    WALK_CACHE
}

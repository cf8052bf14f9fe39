package org.pagetrail.recorder.workload;

/** What a reference does to memory. */
public enum ReferenceKind {
    /** Fetches an instruction. */
    FETCH,
    /** Reads data. */
    LOAD,
    /** Writes data. */
    STORE,
    /** Reads data, then writes them to the same place: one instruction does both. */
    MODIFY
}

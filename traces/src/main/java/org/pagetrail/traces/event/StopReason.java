package org.pagetrail.traces.event;

/** Why the machine stopped. */
public enum StopReason {
    /** The kernel had nothing more to do. */
    HALT,

    /** The processor shut down. */
    TRIPLE_FAULT,

    /** A limit set for the recording was reached. */
    LIMIT,

    /** Whoever records asked for it. */
    INTERRUPTED
}

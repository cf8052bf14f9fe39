package org.pagetrail.replay.state;

/** What the physical memory manager knows of a page frame. */
public enum FrameState {
    /** Not reported by the firmware as available, nor ever taken. */
    UNKNOWN,

    /** Available and not taken. */
    FREE,

    /** Taken, to be given back. */
    ALLOCATED,

    /** Taken out of allocation for good. */
    LOCKED
}

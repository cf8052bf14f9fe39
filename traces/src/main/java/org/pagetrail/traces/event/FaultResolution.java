package org.pagetrail.traces.event;

/** How the kernel answered a page fault. */
public enum FaultResolution {
    /** A cleared frame was mapped. */
    DEMAND_ZERO,

    /** The writer got a copy of its own. */
    COPY_ON_WRITE,

    /** The stack grew by a page. */
    STACK_GROWTH,

    /** The directory got a kernel table that it lacked. */
    LAZY_TABLE,

    /** The entries allowed it: a stale translation, now dropped. */
    SPURIOUS,

    /** The kernel's copy from or to user memory ends with an error. */
    FIXUP,

    /** Who caused it ended. */
    KILLED
}

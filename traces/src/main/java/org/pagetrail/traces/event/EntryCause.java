package org.pagetrail.traces.event;

/** How a word of a live paging structure came to its value. */
public enum EntryCause {
    /** The kernel wrote it. */
    STORE,

    /** A page walk set A or D. */
    WALK,

    /** It stood there when its table became reachable from a root. */
    BECAME_LIVE
}

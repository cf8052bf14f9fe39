package org.pagetrail.traces.event;

/** Why a TLB was filled. */
public enum FillCause {
    /** No level had the translation: a walk. */
    MISS,

    /** The first write to a page filled as clean: a walk, into the same way. */
    DIRTY,

    /** The second level had it. */
    SECOND_LEVEL
}

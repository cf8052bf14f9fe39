package org.pagetrail.traces.paging;

/** What a word of a paging structure means to a walk. */
public enum EntryKind {
    /** P=0: a walk ends here with a fault. */
    ABSENT,

    /** It refers to the paging structure of the level below. */
    TABLE,

    /** It maps a page. */
    LEAF
}

package org.pagetrail.traces.profile;

/** Which entry of a full set gives way to a new one. */
public enum Replacement {
    /** The one not used for longest. */
    LRU,

    /** The one that a binary tree of bits points to; each use turns the bits on its path away from it. */
    TREE_PLRU
}

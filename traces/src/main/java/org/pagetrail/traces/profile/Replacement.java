package org.pagetrail.traces.profile;

public enum Replacement {
    LRU,
    TREE_PLRU
}

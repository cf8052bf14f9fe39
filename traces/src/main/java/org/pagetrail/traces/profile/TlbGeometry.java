package org.pagetrail.traces.profile;

/**
 * The size of one set-associative cache.
 *
 * @param entries how many translations it holds
 * @param ways how many of them a page can be held in; equal to {@code entries} for a fully associative one
 * @param replacement which of them gives way
 */
public record TlbGeometry(int entries, int ways, Replacement replacement) {
    /** The most ways that the model keeps apart. */
    static final int MOST_WAYS = 32;

    /** The most entries. */
    static final int MOST_ENTRIES = 1 << 15;

    /** Checks that it can be built. */
    public TlbGeometry {
        if (entries < 1 || entries > MOST_ENTRIES || ways < 1 || ways > MOST_WAYS || entries % ways != 0) {
            throw new IllegalArgumentException(entries + " entries in " + ways + " ways; the ways, at most " + MOST_WAYS
                    + ", must divide the entries, at most " + MOST_ENTRIES);
        }
        if (Integer.bitCount(entries / ways) != 1) {
            throw new IllegalArgumentException(
                    entries + " entries in " + ways + " ways make " + entries / ways + " sets; make it a power of two");
        }
        if (replacement == Replacement.TREE_PLRU && Integer.bitCount(ways) != 1) {
            throw new IllegalArgumentException("a tree of " + ways + " ways; make it a power of two, or use lru");
        }
    }

    /** How many sets. */
    public int sets() {
        return entries / ways;
    }
}

package org.pagetrail.recorder.machine;

import java.util.Arrays;

/**
 * Where the entries of translation caches stand: what is known of each, in arrays by its place.
 *
 * <pre>
 *   tag    31      24  23     22     21      20   19       0
 *         +----------+-------+-----+-------+-----+----------+
 *         |    0     |changed| frg | large |empty|   key    |
 *         +----------+-------+-----+-------+-----+----------+
 *   raw    directory entry above, table entry below (0 for a 4 MB page)
 * </pre>
 *
 * <p>The key is the page number, or for a 4 MB translation held whole the number of the 4 MB page, or for directory entries
 * the directory slot. A 4 MB translation in an array of 4 KB ones is a <i>fragment</i> (frg): it translates one 4 KB page of it
 * (SDM volume 3A, 4.10.2.3). <i>Changed</i> says that a word from which the entry derives has changed since. Most entries are none of
 * these, which one comparison tells.
 *
 * <p>The first levels for fetches and for data can share places, so that one loop serves accesses of all kinds.
 */
final class Places {
    /** The bits of a tag that are its key. */
    static final int KEY = (1 << 20) - 1;

    /** The tag of a place that holds nothing. */
    static final int EMPTY = 1 << 20;

    static final int LARGE = 1 << 21;
    static final int FRAGMENT = 1 << 22;
    static final int CHANGED = 1 << 23;

    /** What the tags of most entries have not. */
    static final int SPECIAL = ~KEY;

    final int[] tags;
    final long[] raw;

    /** Which uses of a changed entry were told: a bit for each. */
    final byte[] told;

    /** The page whose uses were told, where the next page can differ from it. */
    final int[] toldPage;

    /** Words of {@link ReplacementState}. */
    final long[] order;

    /** The bits of a tree that the use of a way keeps, by place. */
    final long[] kept;

    /** The bits of a tree that the use of a way sets, by place. */
    final long[] pointed;

    /**
     * Translations at hand (see {@link Access}): of entries that are held and unchanged, and not of all of them. Null where nothing is
     * served at once.
     */
    final long[] atHand;

    /** When an entry was used last, by a clock of its own. */
    long now;

    private int taken;

    /** So many places, all empty. */
    Places(int size, boolean servesAtOnce) {
        tags = new int[size];
        Arrays.fill(tags, EMPTY);
        raw = new long[size];
        told = new byte[size];
        toldPage = new int[size];
        order = new long[size];
        kept = new long[size];
        pointed = new long[size];
        atHand = servesAtOnce ? new long[Access.AT_HAND] : null;
    }

    /** Takes so many of the places that are not taken yet; the first of them. */
    int take(int count) {
        int first = taken;
        taken += count;
        return first;
    }
}

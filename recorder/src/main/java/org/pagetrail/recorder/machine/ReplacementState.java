package org.pagetrail.recorder.machine;

import org.pagetrail.traces.profile.Replacement;
import org.pagetrail.traces.profile.TlbGeometry;

/**
 * Which way of each set gives way next: true LRU, as a packed order or as stamps, or tree pseudo-LRU.
 *
 * <pre>
 *   packed, a word a set    ... | third | second | most recent    4 bits a way, up to 16 ways
 *   stamped, a word a way   when it was used last
 *   tree, a word a set      node n | ... | node 1 | 0             a node points away from recent use
 * </pre>
 *
 * <p>Stamps make a use cheap, one store that depends on nothing, and a choice dear; so they are for first levels, and where an order
 * doesn't fit a word. Nodes of a tree are numbered as in a heap, from 1.
 */
final class ReplacementState {
    private static final int PACKED_WAYS = 16;
    private static final int PACKED_BITS = 4;
    private static final int PACKED_MASK = (1 << PACKED_BITS) - 1;
    private static final long EACH = 0x1111_1111_1111_1111L;

    /** By set, or by set and way for stamps. */
    final long[] words;

    /** By way, the bits of a tree that its use keeps. */
    final long[] kept;

    /** By way, the bits of a tree that its use sets. */
    final long[] pointed;

    private final boolean packed;
    private final boolean stamped;
    private final int ways;
    private final int lastShift;
    private final long packedMask;
    private long now;
    private long emptied;

    /**
     * The state of an empty cache.
     *
     * @param mostlyUses whether uses are far more common than choices
     */
    ReplacementState(TlbGeometry geometry, boolean mostlyUses) {
        ways = geometry.ways();
        boolean lru = geometry.replacement() == Replacement.LRU;
        stamped = lru && (mostlyUses || ways > PACKED_WAYS);
        packed = lru && !stamped;
        lastShift = PACKED_BITS * (ways - 1);
        packedMask = -1L >>> Long.SIZE - Math.min(PACKED_WAYS, ways) * PACKED_BITS;
        words = new long[stamped ? geometry.entries() : geometry.sets()];
        kept = new long[ways];
        pointed = new long[ways];
        for (int way = 0; way < ways && !lru; way++) {
            kept[way] = -1;
            for (int node = way + ways; node > 1; node >>= 1) {
                long parent = 1L << (node >> 1);
                kept[way] &= ~parent;
                pointed[way] |= (node & 1) == 0 ? parent : 0;
            }
        }
        for (int set = 0; set < geometry.sets() && lru; set++) {
            for (int way = ways - 1; way >= 0; way--) {
                // Way 0 last: it is the first to be filled.
                if (packed) {
                    words[set] |= (long) way << PACKED_BITS * (ways - 1 - way);
                } else {
                    emptied(set, way);
                }
            }
        }
    }

    /** Whether a use is noted by its time alone, in the word of the place. */
    boolean stamped() {
        return stamped;
    }

    /** The time of the last use. */
    long now() {
        return now;
    }

    /** Lets so many uses pass. */
    void pass(long uses) {
        now += uses;
    }

    /** The way at a position: with LRU counted from the most recently used, with a tree the way of that number. */
    int wayAt(int set, int position) {
        if (packed) {
            return (int) (words[set] >>> PACKED_BITS * position) & PACKED_MASK;
        }
        return stamped ? wayOfRank(set * ways, position) : position;
    }

    private int wayOfRank(int first, int rank) {
        for (int way = 0; ; way++) {
            int later = 0;
            for (int other = 0; other < ways; other++) {
                if (words[first + other] > words[first + way]) {
                    later++;
                }
            }
            if (later == rank) {
                return way;
            }
        }
    }

    /** Notes the use of a way. */
    void used(int set, int way) {
        if (packed) {
            long word = words[set];
            int shift = shiftOf(word, way);
            long newer = word & (1L << shift) - 1;
            words[set] = word & olderThan(shift) | newer << PACKED_BITS | way;
        } else if (stamped) {
            words[set * ways + way] = ++now;
        } else {
            words[set] = words[set] & kept[way] | pointed[way];
        }
    }

    /** Where a way stands in a packed order. */
    private static int shiftOf(long word, int way) {
        // The lowest four bits that are all zero: nothing below them borrows.
        long differing = word ^ way * EACH;
        long zero = differing - EACH & ~differing & EACH << PACKED_BITS - 1;
        return Long.numberOfTrailingZeros(zero) & -PACKED_BITS;
    }

    /** A mask of what stands behind the way at {@code shift}. */
    private static long olderThan(int shift) {
        // In two steps: a shift by 64 does nothing.
        return -1L << shift + PACKED_BITS - 1 << 1;
    }

    /** Whether {@link #victim} is an empty way as long as there is one. */
    boolean emptyFirst() {
        return packed || stamped;
    }

    /** The way that a new entry takes in a full set. */
    int victim(int set) {
        if (packed) {
            return (int) (words[set] >>> lastShift) & PACKED_MASK;
        }
        if (stamped) {
            return ways == 4 ? oldestOfFour(set * 4) : oldest(set * ways);
        }
        int node = 1;
        while (node < ways) {
            node = node << 1 | (int) (words[set] >>> node) & 1;
        }
        return node - ways;
    }

    private int oldestOfFour(int first) {
        // By signs of differences: which is the oldest cannot be foreseen, and branches on it would be guessed wrong.
        long a = words[first];
        long c = words[first + 2];
        long bBefore = words[first + 1] - a >> 63;
        long dBefore = words[first + 3] - c >> 63;
        long low = a + (words[first + 1] - a & bBefore);
        long high = c + (words[first + 3] - c & dBefore);
        long highBefore = high - low >> 63;
        return (int) (highBefore & 2 - dBefore | ~highBefore & -bBefore);
    }

    private int oldest(int first) {
        int oldest = 0;
        for (int way = 1; way < ways; way++) {
            if (words[first + way] < words[first + oldest]) {
                oldest = way;
            }
        }
        return oldest;
    }

    /** Notes the use of the way that is the victim. */
    void victimUsed(int set, int way) {
        if (packed) {
            words[set] = (words[set] << PACKED_BITS | way) & packedMask;
        } else {
            used(set, way);
        }
    }

    /** Notes that a way is empty now: with LRU it is the next to be filled. */
    void emptied(int set, int way) {
        if (packed) {
            long word = words[set];
            int shift = shiftOf(word, way);
            long newer = word & (1L << shift) - 1;
            words[set] = newer | (word & olderThan(shift)) >>> PACKED_BITS | (long) way << lastShift;
        } else if (stamped) {
            words[set * ways + way] = --emptied;
        }
    }
}

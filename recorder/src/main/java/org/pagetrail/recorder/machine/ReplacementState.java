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

    private final Places places;
    private final long[] words;
    private final int first;
    private final boolean packed;
    private final boolean stamped;
    private final int ways;
    private final int lastShift;
    private final long packedMask;
    private long emptied;

    /**
     * The state of an empty cache.
     *
     * @param first the first of its places
     */
    ReplacementState(TlbGeometry geometry, Places places, int first) {
        this.places = places;
        this.first = first;
        words = places.order;
        ways = geometry.ways();
        boolean lru = geometry.replacement() == Replacement.LRU;
        stamped = lru && (places.atHand != null || ways > PACKED_WAYS);
        packed = lru && !stamped;
        lastShift = PACKED_BITS * (ways - 1);
        packedMask = -1L >>> Long.SIZE - Math.min(PACKED_WAYS, ways) * PACKED_BITS;
        for (int way = 0; way < ways && !lru; way++) {
            long keeps = -1;
            long points = 0;
            for (int node = way + ways; node > 1; node >>= 1) {
                long parent = 1L << (node >> 1);
                keeps &= ~parent;
                points |= (node & 1) == 0 ? parent : 0;
            }
            for (int set = 0; set < geometry.sets(); set++) {
                places.kept[first + set * ways + way] = keeps;
                places.pointed[first + set * ways + way] = points;
            }
        }
        for (int set = 0; set < geometry.sets() && lru; set++) {
            for (int way = ways - 1; way >= 0; way--) {
                // Way 0 last: it is the first to be filled.
                if (packed) {
                    words[first + set] |= (long) way << PACKED_BITS * (ways - 1 - way);
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

    /** Whether the order of a set is packed in its word. */
    boolean packed() {
        return packed;
    }

    /** The way at a position: with LRU counted from the most recently used, with a tree the way of that number. */
    int wayAt(int set, int position) {
        if (packed) {
            return (int) (words[first + set] >>> PACKED_BITS * position) & PACKED_MASK;
        }
        return stamped ? wayOfRank(first + set * ways, position) : position;
    }

    private int wayOfRank(int from, int rank) {
        for (int way = 0; ; way++) {
            int later = 0;
            for (int other = 0; other < ways; other++) {
                if (words[from + other] > words[from + way]) {
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
            words[first + set] = moved(words[first + set], way);
        } else if (stamped) {
            words[first + set * ways + way] = ++places.now;
        } else {
            int place = first + set * ways + way;
            words[first + set] = words[first + set] & places.kept[place] | places.pointed[place];
        }
    }

    /** A packed order after the use of a way. */
    static long moved(long word, int way) {
        int shift = shiftOf(word, way);
        long newer = word & (1L << shift) - 1;
        return word & olderThan(shift) | newer << PACKED_BITS | way;
    }

    /** A packed order after the use of the way that was last in it. */
    static long rotated(long word, long way, long mask) {
        return (word << PACKED_BITS | way) & mask;
    }

    /** The bits of a packed order. */
    long packedMask() {
        return packedMask;
    }

    /** Where in a packed order its last way is. */
    int lastShift() {
        return lastShift;
    }

    /** The way that stands at a shift of a packed order. */
    static int packedWay(long word, int shift) {
        return (int) (word >>> shift) & PACKED_MASK;
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
            return packedWay(words[first + set], lastShift);
        }
        if (stamped) {
            return ways == 4 ? oldestOfFour(words, first + set * 4) : oldest(first + set * ways);
        }
        int node = 1;
        while (node < ways) {
            node = node << 1 | (int) (words[first + set] >>> node) & 1;
        }
        return node - ways;
    }

    /** Which of four stamps is the lowest. */
    static int oldestOfFour(long[] words, int first) {
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

    private int oldest(int from) {
        int oldest = 0;
        for (int way = 1; way < ways; way++) {
            if (words[from + way] < words[from + oldest]) {
                oldest = way;
            }
        }
        return oldest;
    }

    /** Notes that a way is empty now: with LRU it is the next to be filled. */
    void emptied(int set, int way) {
        if (packed) {
            long word = words[first + set];
            int shift = shiftOf(word, way);
            long newer = word & (1L << shift) - 1;
            words[first + set] = newer | (word & olderThan(shift)) >>> PACKED_BITS | (long) way << lastShift;
        } else if (stamped) {
            words[first + set * ways + way] = --emptied;
        }
    }
}

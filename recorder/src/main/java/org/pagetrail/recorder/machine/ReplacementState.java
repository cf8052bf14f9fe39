package org.pagetrail.recorder.machine;

import org.pagetrail.traces.profile.Replacement;
import org.pagetrail.traces.profile.TlbGeometry;

/**
 * Which way of each set gives way next: by true LRU or tree pseudo-LRU, as a packed order or from stamps.
 *
 * <pre>
 *   packed, a word a set    ... | third | second | most recent    4 bits a way, up to 16 ways
 *   stamped, an int a way   when it was used last, in {@link Places}
 * </pre>
 *
 * <p>Stamps make a use cheap, one store that depends on nothing, and a choice dear; so they are for first levels, and where an order
 * doesn't fit a word. Above the ways of a packed order anything may stand. Stamps are enough for a tree too: a node of it points away from the half that was used last, which is the half
 * with the latest stamp.
 */
final class ReplacementState {
    /** The most ways of which an order is packed. */
    static final int PACKED_WAYS = 16;

    private static final int PACKED_BITS = 4;
    private static final int PACKED_MASK = (1 << PACKED_BITS) - 1;
    private static final long EACH = 0x1111_1111_1111_1111L;

    private final Places places;
    private final int[] stamps;
    private final int first;
    private final int stride;
    private final boolean lru;
    private final int ways;
    private final long[] order;
    private final int lastShift;

    /**
     * The state of an empty cache.
     *
     * @param first the first of its places
     */
    ReplacementState(TlbGeometry geometry, Places places, int first) {
        this.places = places;
        this.first = first;
        stamps = places.stamps;
        stride = places.stride(geometry);
        ways = geometry.ways();
        lru = geometry.replacement() == Replacement.LRU;
        boolean packed = lru && places.atOnce == null && ways <= PACKED_WAYS;
        order = packed ? new long[geometry.sets()] : null;
        lastShift = PACKED_BITS * (ways - 1);
        for (int set = 0; set < geometry.sets() && lru; set++) {
            for (int way = ways - 1; way >= 0; way--) {
                // Way 0 last: it is the first to be filled.
                if (packed) {
                    order[set] |= (long) way << PACKED_BITS * (ways - 1 - way);
                } else {
                    emptied(set, way);
                }
            }
        }
    }

    /** The packed order of each set; null where uses are stamped. */
    long[] packedOrder() {
        return order;
    }

    /** Whether the victim of a set is that of the four ways whose stamp is the least. */
    boolean leastOfFour() {
        return lru && order == null && ways == 4;
    }

    /** The way at a position: with LRU counted from the most recently used, with a tree the way of that number. */
    int wayAt(int set, int position) {
        if (order != null) {
            return packedWay(order[set], PACKED_BITS * position);
        }
        return lru ? wayOfRank(first + set * stride, position) : position;
    }

    private int wayOfRank(int from, int rank) {
        for (int way = 0; ; way++) {
            int later = 0;
            for (int other = 0; other < ways; other++) {
                if (stamps[from + other] > stamps[from + way]) {
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
        if (order != null) {
            order[set] = moved(order[set], way);
        } else {
            places.used(first + set * stride + way);
        }
    }

    /** A packed order after the use of a way. */
    static long moved(long word, int way) {
        int shift = shiftOf(word, way);
        long newer = word & (1L << shift) - 1;
        return word & olderThan(shift) | newer << PACKED_BITS | way;
    }

    /** A packed order after the use of the way that was last in it. */
    static long rotated(long word, int way) {
        return word << PACKED_BITS | way;
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
        return lru;
    }

    /** The way that a new entry takes in a full set. */
    int victim(int set) {
        if (order != null) {
            return packedWay(order[set], lastShift);
        }
        int from = first + set * stride;
        return (lru ? least(from) : leastRecentHalves(from)) & stride - 1;
    }

    private int least(int from) {
        int least = stamps[from];
        for (int place = from + 1; place < from + ways; place++) {
            least = Math.min(least, stamps[place]);
        }
        return least;
    }

    /** The place that the nodes of a tree point to. */
    private int leastRecentHalves(int from) {
        int at = from;
        for (int half = ways / 2; half != 0; half /= 2) {
            if (latest(at, half) > latest(at + half, half)) {
                at += half;
            }
        }
        return at;
    }

    private int latest(int from, int count) {
        int latest = stamps[from];
        for (int place = from + 1; place < from + count; place++) {
            latest = Math.max(latest, stamps[place]);
        }
        return latest;
    }

    /** Notes that a way is empty now: with LRU it is the next to be filled. */
    void emptied(int set, int way) {
        if (order != null) {
            long word = order[set];
            int shift = shiftOf(word, way);
            long newer = word & (1L << shift) - 1;
            long older = word & olderThan(shift) & ~olderThan(lastShift);
            order[set] = newer | older >>> PACKED_BITS | (long) way << lastShift;
        } else if (lru) {
            places.emptied(first + set * stride + way);
        }
    }
}

package org.pagetrail.traces.journal;

import java.util.Arrays;
import org.pagetrail.traces.event.TlbFills;

/**
 * What encoder and decoder of a block both know of the fills that are in it so far, to predict the next one from.
 *
 * <p>All of it is 0 at a block's begin. One array, so that a loop over many fills keeps one reference and one length at hand:
 *
 * <pre>
 *   RECENT    of the last four fills: the page; then of each its displacement, the table entry's frame minus the page
 *   SEEN      by the page's last 8 bits: the page of the last fill with them, and its displacement
 *   REGIONS   by the 6 bits above the page's last 10: the directory entry of the last fill with them, and its displacement
 *   SHAPES    four kinds of fills: the word of {@link TlbFills} without ways, and in the place of the set the table entry's last 12
 *             bits; the least number of cycles since the event before
 *   SETS      by TLB: the mask that makes a set of a page; then by TLB how far a page is shifted to the right before
 * </pre>
 */
final class FillModel {
    /** How many of the last fills a page can follow. */
    static final int RECENT = 4;

    /** How many kinds of fills are told apart. */
    static final int KINDS = 4;

    static final int RECENT_PAGE = 0;
    static final int RECENT_DISPLACEMENT = RECENT_PAGE + RECENT;
    static final int SEEN = RECENT_DISPLACEMENT + RECENT;
    static final int SEEN_MASK = 0xff;
    static final int REGIONS = SEEN + 2 * (SEEN_MASK + 1);
    static final int REGION_SHIFT = 10;
    static final int REGION_MASK = 0x3f;
    static final int SHAPES = REGIONS + 2 * (REGION_MASK + 1);

    /** Words of a kind of fills, and where among them the least cycles are. */
    static final int SHAPE_WORDS = 2;

    static final int LEAST = 1;
    static final int SETS = SHAPES + KINDS * SHAPE_WORDS;
    static final int TLB_MASK = 0xf;
    static final int SHIFTS = SETS + TLB_MASK + 1;
    private static final int WORDS = SHIFTS + TLB_MASK + 1;

    /** The bits of a table entry that are no frame. */
    static final long FLAG_MASK = 0xfff;

    static final int FRAME_SHIFT = 12;

    /** What makes a kind of fills in the word of {@link TlbFills}: all but set and ways. */
    static final long SHAPE_MASK = 0xfff0_0000_0000_000fL;

    /** Where in the word of a kind the table entry's last bits are. */
    static final int FLAGS_SHIFT = 4;

    /** The least cycles of a kind whose first fill had none before it in the block. */
    private static final long UNKNOWN = Integer.MAX_VALUE;

    private static final int MOST_SET_BITS = 16;

    private final long[] words = new long[WORDS];
    private int count;
    private int nextKind;

    /** The words, laid out as is said above. */
    long[] words() {
        return words;
    }

    /** How many fills the block has so far; the last one's place in {@code RECENT} is this less one, modulo four. */
    int count() {
        return count;
    }

    /** Says how many fills the block has, after some were added to the words. */
    void count(int fills) {
        count = fills;
    }

    /** Forgets everything. */
    void clear() {
        Arrays.fill(words, 0);
        count = 0;
        nextKind = 0;
    }

    /** The word that says which kind a fill is of. */
    static long kind(long shape, long pte) {
        return shape & SHAPE_MASK | (pte & FLAG_MASK) << FLAGS_SHIFT;
    }

    /** Where a kind of fills is in the words, or -1. */
    int find(long kind) {
        for (int at = SHAPES; at < SETS; at += SHAPE_WORDS) {
            if (words[at] == kind) {
                return at;
            }
        }
        return -1;
    }

    /**
     * Takes in a fill that was told in full, with all that it says of those to come.
     *
     * @param fill its words, as of {@link TlbFills}
     * @param cycles since the event before it; less than 0 when there is none in the block
     */
    void learn(long[] fill, int from, long cycles) {
        long page = fill[from + TlbFills.PAGE];
        long pte = fill[from + TlbFills.PTE];
        long shape = fill[from + TlbFills.SHAPE];
        int kind = find(kind(shape, pte));
        if (kind < 0) {
            kind = SHAPES + nextKind * SHAPE_WORDS;
            nextKind = (nextKind + 1) % KINDS;
        }
        words[kind] = kind(shape, pte);
        words[kind + LEAST] = cycles < 0 ? UNKNOWN : Math.min(cycles, UNKNOWN);
        learnSet(page, TlbFills.tlb(shape), TlbFills.set(shape));
        long displacement = (pte >>> FRAME_SHIFT) - page;
        int region = region(page);
        words[region] = fill[from + TlbFills.PDE];
        words[region + 1] = displacement;
        int seen = seen(page);
        words[seen] = page;
        words[seen + 1] = displacement;
        int recent = count++ & RECENT - 1;
        words[RECENT_PAGE + recent] = page;
        words[RECENT_DISPLACEMENT + recent] = displacement;
    }

    /** The fewest bits of the page that make its set, from those of a 4 KB page or, if that cannot be, of a 4 MB one. */
    private void learnSet(long page, int tlb, int set) {
        if ((page >>> words[SHIFTS + tlb] & words[SETS + tlb]) == set) {
            return;
        }
        for (int shift = 0; shift <= REGION_SHIFT; shift += REGION_SHIFT) {
            for (int bits = 0; bits <= MOST_SET_BITS; bits++) {
                long mask = (1L << bits) - 1;
                if ((page >>> shift & mask) == set) {
                    words[SETS + tlb] = mask;
                    words[SHIFTS + tlb] = shift;
                    return;
                }
            }
        }
    }

    /** Where the fills of a page's last bits are in the words. */
    static int seen(long page) {
        return SEEN + 2 * ((int) page & SEEN_MASK);
    }

    /** Where a page's directory entry is in the words. */
    static int region(long page) {
        return REGIONS + 2 * ((int) (page >>> REGION_SHIFT) & REGION_MASK);
    }
}

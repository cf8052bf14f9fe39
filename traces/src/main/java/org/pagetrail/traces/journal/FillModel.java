package org.pagetrail.traces.journal;

import java.util.Arrays;
import org.pagetrail.traces.event.TlbFills;

/**
 * What encoder and decoder of a block both know of the fills that are in it so far, to predict the next one from.
 *
 * <p>All of it is 0 at a block's begin. What is known of kinds of fills and of sets is in one array:
 *
 * <pre>
 *   KINDS     four kinds of fills: the word of {@link TlbFills} without ways, and in the place of the set the table entry's last 12
 *             bits; the least number of cycles since the event before
 *   SETS      by TLB: the mask that makes a set of a page; then by TLB how far a page is shifted to the right before
 * </pre>
 *
 * <p>What is known of places is packed, a word each, as long as no page and no frame of the block has more than 20 bits and no directory
 * entry more than 32, so that a loop over many fills has one load and one store for each. A displacement is the table entry's frame
 * minus the page:
 *
 * <pre>
 *   places and recent     63           37 36        16 15       0      by the page's last 8 bits: the last fill with them;
 *                        +---------------+------------+----------+     the last four fills
 *                        | displacement  |    page    |  number  |
 *                        +---------------+------------+----------+
 *   regions               63                  32 31             0      by the 6 bits above the page's last 10: of the last
 *                        +----------------------+----------------+     fill with them
 *                        |     displacement     |      PDE       |
 *                        +----------------------+----------------+
 * </pre>
 *
 * <p>The page has a bit to spare, so that no page is the one before page 0. With the first fill that is larger all of it goes
 * to arrays of whole words, for the rest of the block.
 */
final class FillModel {
    /** How many of the last fills a page can follow. */
    static final int RECENT = 4;

    /** How many kinds of fills are told apart. */
    private static final int MOST_KINDS = 4;

    static final int KINDS = 0;

    /** Words of a kind of fills, and where among them the least cycles are. */
    static final int KIND_WORDS = 2;

    static final int LEAST = 1;
    static final int SETS = KINDS + MOST_KINDS * KIND_WORDS;
    static final int TLB_MASK = 0xf;
    static final int SHIFTS = SETS + TLB_MASK + 1;
    private static final int WORDS = SHIFTS + TLB_MASK + 1;

    /** The bits of a table entry that are no frame. */
    static final long FLAG_MASK = 0xfff;

    static final int FRAME_SHIFT = 12;

    /** Where in the word of a kind the table entry's last bits are. */
    static final int FLAGS_SHIFT = 4;

    /** The least cycles of a kind whose first fill had none before it in the block. */
    private static final long UNKNOWN = Integer.MAX_VALUE;

    private static final int MOST_SET_BITS = 16;

    /** The last bits of a page by which it is known whether it was seen. */
    static final int SEEN_MASK = 0xff;

    static final int REGION_SHIFT = 10;
    private static final int REGION_MASK = 0x3f;

    /** How many bits a page, and a frame, may have to be packed. */
    static final int PACKED_BITS = 20;

    /** Where in a packed place its page and its displacement are. */
    static final int PLACE_PAGE = 16;

    static final int PLACE_DISPLACEMENT = 37;
    static final long PLACE_PAGE_MASK = 0x1f_ffff;
    private static final int PLACE_NUMBER_MASK = 0xffff;

    /** By how much a place's number is more than its fill's: the number 0 of a place without a fill is near to no other. */
    static final int FIRST_NUMBER = 2 * RECENT;

    /** The bits of a packed region that are its directory entry, and where its displacement is. */
    static final long REGION_PDE = 0xffff_ffffL;

    static final int REGION_DISPLACEMENT = 32;

    private final long[] words = new long[WORDS];
    private final long[] places = new long[SEEN_MASK + 1];
    private final long[] regions = new long[REGION_MASK + 1];
    private boolean packed = true;
    private final long[] pages = new long[SEEN_MASK + 1];
    private final long[] displacements = new long[SEEN_MASK + 1];
    private final int[] numbers = new int[SEEN_MASK + 1];
    private final long[] pdes = new long[REGION_MASK + 1];
    private final long[] regionDisplacements = new long[REGION_MASK + 1];
    private final long[] recentPages = new long[RECENT];
    private final long[] recentDisplacements = new long[RECENT];
    private int count;
    private int nextKind;

    /** What is known of kinds and sets, laid out as is said above. */
    long[] words() {
        return words;
    }

    /** Whether what is known of places is packed. */
    boolean isPacked() {
        return packed;
    }

    /** The packed places, by the last bits of the page. */
    long[] places() {
        return places;
    }

    /** The packed regions. */
    long[] regions() {
        return regions;
    }

    /** The pages of the last fills, each where its number modulo four says. */
    long[] recentPages() {
        return recentPages;
    }

    /** The displacements of the last fills, likewise. */
    long[] recentDisplacements() {
        return recentDisplacements;
    }

    /** How many fills the block has so far. */
    int count() {
        return count;
    }

    /** Says how many fills the block has, after some were added to the packed words. */
    void count(int fills) {
        count = fills;
    }

    /** Forgets everything. */
    void clear() {
        Arrays.fill(words, 0);
        Arrays.fill(places, 0);
        Arrays.fill(regions, 0);
        Arrays.fill(recentPages, 0);
        Arrays.fill(recentDisplacements, 0);
        packed = true;
        count = 0;
        nextKind = 0;
    }

    /** The word that says which kind a fill is of. */
    static long kind(long shape, long pte) {
        return shape & TlbFills.KIND_MASK | (pte & FLAG_MASK) << FLAGS_SHIFT;
    }

    /** Where a kind of fills is in the words, or -1. */
    int find(long kind) {
        for (int at = KINDS; at < SETS; at += KIND_WORDS) {
            if (words[at] == kind) {
                return at;
            }
        }
        return -1;
    }

    /** The set that a page has in a TLB. */
    int set(long page, int tlb) {
        return (int) (page >>> words[SHIFTS + tlb] & words[SETS + tlb]);
    }

    /** The page of the last fill with the last bits of this one. */
    long seenPage(long page) {
        int at = (int) page & SEEN_MASK;
        return packed ? page(places[at]) : pages[at];
    }

    /** The displacement of the last fill with the last bits of this page. */
    long seenDisplacement(long page) {
        int at = (int) page & SEEN_MASK;
        return packed ? displacement(places[at]) : displacements[at];
    }

    /** How many fills came after the last one with the last bits of this page. */
    int fillsSince(long page) {
        int at = (int) page & SEEN_MASK;
        return count - 1 - (packed ? number(places[at]) : numbers[at]);
    }

    /** The directory entry of a page's region. */
    long pde(long page) {
        int at = region(page);
        return packed ? regions[at] & REGION_PDE : pdes[at];
    }

    /** The displacement of a page's region. */
    long regionDisplacement(long page) {
        int at = region(page);
        return packed ? regions[at] >> REGION_DISPLACEMENT : regionDisplacements[at];
    }

    /** The page of the last fill, or of one of the few before it. */
    long recentPage(int before) {
        return recentPages[count - 1 - before & RECENT - 1];
    }

    /** The displacement of the last fill, or of one of the few before it. */
    long recentDisplacement(int before) {
        return recentDisplacements[count - 1 - before & RECENT - 1];
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
            kind = KINDS + nextKind * KIND_WORDS;
            nextKind = (nextKind + 1) % MOST_KINDS;
        }
        words[kind] = kind(shape, pte);
        words[kind + LEAST] = cycles < 0 ? UNKNOWN : Math.min(cycles, UNKNOWN);
        learnSet(page, TlbFills.tlb(shape), TlbFills.set(shape));
        add(page, (pte >>> FRAME_SHIFT) - page, fill[from + TlbFills.PDE]);
    }

    /** The fewest bits of the page that make its set, from those of a 4 KB page or, if that cannot be, of a 4 MB one. */
    private void learnSet(long page, int tlb, int set) {
        if (set(page, tlb) == set) {
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

    /** Takes in the place of a fill, with the directory entry of its region. */
    void add(long page, long displacement, long pde) {
        if (packed && ((page | page + displacement) >>> PACKED_BITS | pde >>> Integer.SIZE) != 0) {
            unpack();
        }
        int seen = (int) page & SEEN_MASK;
        int region = region(page);
        if (packed) {
            places[seen] = displacement << PLACE_DISPLACEMENT | page << PLACE_PAGE | count + FIRST_NUMBER;
            regions[region] = displacement << REGION_DISPLACEMENT | pde;
        } else {
            pages[seen] = page;
            displacements[seen] = displacement;
            numbers[seen] = count;
            pdes[region] = pde;
            regionDisplacements[region] = displacement;
        }
        int last = count++ & RECENT - 1;
        recentPages[last] = page;
        recentDisplacements[last] = displacement;
    }

    private void unpack() {
        for (int i = 0; i < places.length; i++) {
            pages[i] = page(places[i]);
            displacements[i] = displacement(places[i]);
            numbers[i] = number(places[i]);
        }
        for (int i = 0; i < regions.length; i++) {
            pdes[i] = regions[i] & REGION_PDE;
            regionDisplacements[i] = regions[i] >> REGION_DISPLACEMENT;
        }
        packed = false;
    }

    private static long page(long place) {
        return place >>> PLACE_PAGE & PLACE_PAGE_MASK;
    }

    private static long displacement(long place) {
        return place >> PLACE_DISPLACEMENT;
    }

    private static int number(long place) {
        return ((int) place & PLACE_NUMBER_MASK) - FIRST_NUMBER;
    }

    private static int region(long page) {
        return (int) (page >>> REGION_SHIFT) & REGION_MASK;
    }
}

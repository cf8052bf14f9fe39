package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * One access as a number, so that a stretch of them is an array and makes no garbage; and a translation at hand in a form that one
 * comparison tells whether it serves an access.
 *
 * <pre>
 *              63      52 51   44 43 42    24 23     12 11    9 8   6 5   3 2   0
 *             +----------+-------+---+--------+---------+-------+-----+-----+-----+
 *   access    |       page       | F |   0    | offset  |   0   | FWR | FWR | FWR |
 *             +----------+-------+---+--------+---------+-------+-----+-----+-----+
 *   at hand   |page 19:8 |       frame        |      place      | FWR | FWR | FWR |
 *             +----------+--------------------+-----------------+-----+-----+-----+
 *                                                                AC=1  CPL 0 CPL 3
 * </pre>
 *
 * <p>An access has one of F (fetch), W and R set, three times. A translation has those set that it serves at once under the control
 * registers of the moment: from user mode, as supervisor, and as supervisor with EFLAGS.AC=1. It stands in a table by bits 7:0 of the
 * page and by whether fetches or data are served by it ({@link #hand}); its place is that of its entry in {@link Places}.
 */
public final class Access {
    /** The kinds that count in user mode. */
    static final long AS_USER = 7;

    /** Those of a supervisor. */
    static final long AS_SUPERVISOR = AS_USER << 3;

    /** Those of a supervisor with EFLAGS.AC=1. */
    static final long AS_SUPERVISOR_WITH_AC = AS_SUPERVISOR << 3;

    /** How many translations are at hand at most. */
    static final int AT_HAND = 512;

    /** The most places that a translation at hand tells apart. */
    static final int MOST_PLACES = 1 << 15;

    /** How many accesses can be counted by adding. */
    static final int MOST_COUNTED = 1 << 20;

    /** All kinds of access in all manners. */
    static final long ALL_KINDS = AS_USER | AS_SUPERVISOR | AS_SUPERVISOR_WITH_AC;

    /** Fetches in all manners. */
    static final long FETCHES = 0b1001001 << 2;

    private static final long READ = 0b1001001;
    private static final int PAGE_SHIFT = 44;
    private static final int HAND_SHIFT = PAGE_SHIFT - 1;
    private static final int FRAME_SHIFT = 24;
    private static final int PLACE_SHIFT = 9;
    private static final long FETCH_BIT = 1L << HAND_SHIFT;
    private static final long COUNTED = FETCH_BIT | 1 << 1;
    private static final int OFFSET_SHIFT = FRAME_SHIFT - LinearAddress.PAGE_SHIFT;
    private static final long OFFSET_MASK = LinearAddress.PAGE_BYTES - 1L << OFFSET_SHIFT;
    private static final long LOW_FRAME_MASK = 0xffff_f000L;
    private static final long FRAME_MASK = (1L << 28) - 1 << FRAME_SHIFT;
    private static final long PLACE_MASK = MOST_PLACES - 1L;
    private static final long HIGH_PAGE_MASK = -1L << PAGE_SHIFT + 8;

    private Access() {}

    /** An access of this kind to a linear address. */
    public static long of(int linear, AccessKind kind) {
        return of(linear, kind.ordinal());
    }

    /** An access of the kind with this ordinal. */
    static long of(int linear, int kind) {
        long address = linear;
        return address >>> LinearAddress.PAGE_SHIFT << PAGE_SHIFT
                | (long) (kind >>> 1) << HAND_SHIFT
                | address << OFFSET_SHIFT & OFFSET_MASK
                | READ << kind;
    }

    /** Where among the translations at hand that stands which may serve an access: of the number only the low bits count. */
    static int hand(long access) {
        return (int) (access >>> HAND_SHIFT);
    }

    /**
     * Where the translation of a page stands: of the number only the low bits count.
     *
     * @param fetches 1 for one that serves fetches, else 0
     */
    static int hand(int page, int fetches) {
        return page << 1 | fetches;
    }

    /** Its linear address. */
    public static int linear(long access) {
        return page(access) << LinearAddress.PAGE_SHIFT | (int) ((access & OFFSET_MASK) >>> OFFSET_SHIFT);
    }

    /** The ordinal of its kind. */
    static int kind(long access) {
        return (int) (access >>> 1) & 3;
    }

    /** Whether it is a fetch. */
    static boolean isFetch(long access) {
        return (access & FETCH_BIT) != 0;
    }

    /** The page number. */
    static int page(long access) {
        return (int) (access >>> PAGE_SHIFT);
    }

    /**
     * A translation at hand.
     *
     * @param uses the kinds of access that it serves, in each manner
     */
    static long atHand(int page, int frame, int place, long uses) {
        return (long) page << PAGE_SHIFT & HIGH_PAGE_MASK
                | (long) frame << FRAME_SHIFT & FRAME_MASK
                | (long) place << PLACE_SHIFT
                | uses;
    }

    /**
     * A translation at hand for the page of an access, by its 4 KB page's table entry.
     *
     * @param uses the kinds of access that it serves, in each manner
     */
    static long atHand(long access, long pte, int place, long uses) {
        return access & HIGH_PAGE_MASK
                | (pte & LOW_FRAME_MASK) << FRAME_SHIFT - LinearAddress.PAGE_SHIFT
                | (long) place << PLACE_SHIFT
                | uses;
    }

    /** The bit of a kind of access in a manner. */
    static long use(int kind, long as) {
        return READ << kind & as;
    }

    /** What adds up to how many of many accesses are writes, and how many fetches: of at most {@link #MOST_COUNTED}. */
    static long counted(long access) {
        return access & COUNTED;
    }

    /** How many writes there were by a sum of {@link #counted}. */
    static long writes(long counted) {
        return (counted & FETCH_BIT - 1) >>> 1;
    }

    /** How many fetches there were. */
    static long fetches(long counted) {
        return counted >>> HAND_SHIFT;
    }

    /** Whether a translation at hand serves an access that is made in this manner; both are of the same bits 7:0 of the page. */
    static boolean serves(long atHand, long access, long as) {
        return ((atHand ^ access) & (access & as | HIGH_PAGE_MASK)) == 0;
    }

    /** Whether it is a translation that serves anything. */
    static boolean isServing(long atHand) {
        return (atHand & ALL_KINDS) != 0;
    }

    /** The place of the entry. */
    static int place(long atHand) {
        return (int) (atHand >>> PLACE_SHIFT) & (int) PLACE_MASK;
    }

    /** The frame that a translation leads to. */
    static int frame(long atHand) {
        return (int) ((atHand & FRAME_MASK) >>> FRAME_SHIFT);
    }

    /** The physical address that an access reaches by a translation that serves it. */
    static long physical(long atHand, long access) {
        return (atHand & FRAME_MASK | access & OFFSET_MASK) >>> OFFSET_SHIFT;
    }
}

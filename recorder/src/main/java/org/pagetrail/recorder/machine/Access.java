package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * One access as a number, so that a stretch of them is an array and makes no garbage; and a translation in a form that one
 * comparison tells whether it serves an access.
 *
 * <pre>
 *                63   54 53 52   43 42 41  39 38  36 35  33 32 31            12 11         0
 *               +-------+--+-------+--+------+------+------+--+----------------+------------+
 *   access      |   0   |F |   0   |W | FWR  | FWR  | FWR  |F |      page      |   offset   |
 *               +-------+--+-------+--+------+------+------+--+----------------+------------+
 *   translation |         0           | FWR  | FWR  | FWR  |0 |     frame      |     0      |
 *               +---------------------+------+------+------+--+----------------+------------+
 *                                       AC=1  CPL 0  CPL 3
 * </pre>
 *
 * <p>An access has one of F (fetch), W and R set, three times. A translation has those set that it serves at once under the control
 * registers of the moment: from user mode, as supervisor, and as supervisor with EFLAGS.AC=1. That it is one of the page is known
 * from where it was found: bits 32:12 of an access say where in {@link HeldPages} its page is. Bits 42 and 53 stand where the
 * sum of many accesses has their writes, their fetches and the physical addresses side by side.
 */
public final class Access {
    /** The kinds that count in user mode. */
    static final long AS_USER = 7L << 33;

    /** Those of a supervisor. */
    static final long AS_SUPERVISOR = AS_USER << 3;

    /** Those of a supervisor with EFLAGS.AC=1. */
    static final long AS_SUPERVISOR_WITH_AC = AS_SUPERVISOR << 3;

    /** How many accesses can be summed up. */
    static final int MOST_SUMMED = (1 << 10) - 1;

    /** All kinds of access in all manners. */
    static final long ALL_KINDS = AS_USER | AS_SUPERVISOR | AS_SUPERVISOR_WITH_AC;

    private static final long READ = 0b1001001L << 33;
    private static final int KIND_SHIFT = 34;
    private static final long FETCH_BIT = 1L << 32;
    private static final int WRITES_SHIFT = 42;
    private static final int FETCHES_SHIFT = 53;
    private static final long SUMMED = 1L << FETCHES_SHIFT | 1L << WRITES_SHIFT | LinearAddress.PAGE_BYTES - 1;
    private static final long FRAME_MASK = 0xffff_f000L;
    private static final int FRAME_BITS = Integer.SIZE - LinearAddress.PAGE_SHIFT;

    private Access() {}

    /** An access of this kind to a linear address. */
    public static long of(int linear, AccessKind kind) {
        return of(linear, kind.ordinal());
    }

    /** An access of the kind with this ordinal. */
    static long of(int linear, int kind) {
        long fetch = (long) kind >>> 1;
        long write = (long) kind & 1;
        return LinearAddress.unsigned(linear)
                | fetch * FETCH_BIT
                | READ << kind
                | write << WRITES_SHIFT
                | fetch << FETCHES_SHIFT;
    }

    /** Where in {@link HeldPages} its page is: of the number only as many low bits count as the table has. */
    static int held(long access) {
        return (int) (access >>> LinearAddress.PAGE_SHIFT);
    }

    /** Its linear address. */
    public static int linear(long access) {
        return (int) access;
    }

    /** The ordinal of its kind. */
    static int kind(long access) {
        return (int) (access >>> KIND_SHIFT) & 3;
    }

    /** Whether it is a fetch. */
    static boolean isFetch(long access) {
        return (access & FETCH_BIT) != 0;
    }

    /** The page number. */
    static int page(long access) {
        return (int) access >>> LinearAddress.PAGE_SHIFT;
    }

    /**
     * A translation to a frame; one that serves nothing when the frame lies beyond 4 GB, which 4 MB pages reach.
     *
     * @param uses the kinds of access that it serves, in each manner
     */
    static long translation(int frame, long uses) {
        return frame >>> FRAME_BITS != 0 ? 0 : (long) frame << LinearAddress.PAGE_SHIFT | uses;
    }

    /**
     * A translation of a 4 KB page by its table entry.
     *
     * @param uses the kinds of access that it serves, in each manner
     */
    static long translationBy(long pte, long uses) {
        return pte & FRAME_MASK | uses;
    }

    /** The bit of a kind of access in a manner. */
    static long use(int kind, long as) {
        return READ << kind & as;
    }

    /** Whether a translation serves an access of its page that is made in this manner. */
    static boolean serves(long translation, long access, long as) {
        // The translation last: it is what has to be waited for.
        return (access & as & translation) != 0;
    }

    /** The frame that a translation leads to. */
    static int frame(long translation) {
        return (int) translation >>> LinearAddress.PAGE_SHIFT;
    }

    /** An access and what it reaches by a translation that serves it, to be added to others: at most {@link #MOST_SUMMED}. */
    static long summand(long translation, long access) {
        return translation & FRAME_MASK | access & SUMMED;
    }

    /** The sum of the physical addresses that were reached, by a sum of {@link #summand}. */
    static long physical(long sum) {
        return sum & (1L << WRITES_SHIFT) - 1;
    }

    /** How many writes there were. */
    static long writes(long sum) {
        return sum >>> WRITES_SHIFT & (1L << FETCHES_SHIFT - WRITES_SHIFT) - 1;
    }

    /** How many fetches there were. */
    static long fetches(long sum) {
        return sum >>> FETCHES_SHIFT;
    }
}

package org.pagetrail.recorder.machine;

import java.util.Arrays;
import org.pagetrail.traces.profile.TlbGeometry;

/**
 * Where the entries of translation caches stand: what is known of each, in arrays by its place.
 *
 * <pre>
 *   tag    31      24  23     22     21      20   19       0
 *         +----------+-------+-----+-------+-----+----------+
 *         |    0     |changed| frg | large |empty|   key    |
 *         +----------+-------+-----+-------+-----+----------+
 *   raw    directory entry above, table entry below (0 for a 4 MB page)
 *   stamp  when it was used last, above; the low bits of the place below
 * </pre>
 *
 * <p>The key is the page number, or for a 4 MB translation held whole the number of the 4 MB page, or for directory entries
 * the directory slot. A 4 MB translation in an array of 4 KB ones is a <i>fragment</i> (frg): it translates one 4 KB page of it
 * (SDM volume 3A, 4.10.2.3). <i>Changed</i> says that a word from which the entry derives has changed since. Most entries are none of
 * these, which one comparison tells.
 *
 * <p>The ways of a set stand together, from a multiple of {@link #stride} on, so that the low bits of a place are its way. The first
 * levels for fetches and for data share places, so that one loop serves accesses of all kinds; place 0 is none of theirs. All
 * arrays are as long as a power of two: an index that is masked with the length needs no check.
 */
final class Places {
    /** The bits of a tag that are its key. */
    static final int KEY = (1 << 20) - 1;

    /** The tag of a place that holds nothing; the tag of a 4 KB page's unchanged entry is less. */
    static final int EMPTY = 1 << 20;

    static final int LARGE = 1 << 21;
    static final int FRAGMENT = 1 << 22;
    static final int CHANGED = 1 << 23;

    /** What the tags of most entries have not. */
    static final int SPECIAL = ~KEY;

    /** From one stamp to the next: below are the low bits of a place. */
    static final int TICK = 1 << 5;

    /** From here on stamps are numbered anew; a run of {@link Access#MOST_SUMMED} more fits an int. */
    static final int LAST_STAMP = 1 << 30;

    private static final int LOW_BITS = TICK - 1;

    final int[] tags;
    final long[] raw;

    /** Which uses of a changed entry were told: a bit for each. */
    final byte[] told;

    /** The page whose uses were told, where the next page can differ from it. */
    final int[] toldPage;

    /** Of first levels the translation that each place serves at once, see {@link Access}; 0 where there is none. Else null. */
    final long[] atOnce;

    /** Stamps for {@link ReplacementState}. */
    final int[] stamps;

    /** The latest stamp's time. */
    int now;

    /** The time of what was emptied last: before all uses, and the earlier the later it was emptied. */
    int emptied;

    private final int leastStride;
    private int taken;

    /**
     * Places for caches of these geometries, all empty.
     *
     * @param firstLevel whether they are first levels for 4 KB pages
     */
    Places(boolean firstLevel, TlbGeometry... caches) {
        leastStride = firstLevel ? 1 : ReplacementState.PACKED_WAYS;
        taken = firstLevel ? 1 : 0;
        int none = taken;
        for (TlbGeometry cache : caches) {
            take(cache);
        }
        int size = atLeast(taken);
        taken = none;
        tags = new int[size];
        Arrays.fill(tags, EMPTY);
        raw = new long[size];
        told = new byte[size];
        toldPage = new int[size];
        atOnce = firstLevel ? new long[size] : null;
        stamps = new int[size];
        for (int place = 0; place < size; place++) {
            stamps[place] = stamp(0, place);
        }
    }

    /** How far the sets of a cache are apart: but for first levels as far as most have ways at most. */
    int stride(TlbGeometry cache) {
        return Math.max(leastStride, atLeast(cache.ways()));
    }

    /** The least power of two that is not less. */
    private static int atLeast(int number) {
        return number == 1 ? 1 : Integer.highestOneBit(number - 1) << 1;
    }

    /** Takes the places of a cache of those that are not taken yet; the first of them. */
    int take(TlbGeometry cache) {
        int stride = stride(cache);
        int first = taken + stride - 1 & -stride;
        taken = first + cache.sets() * stride;
        return first;
    }

    /** How many places there are. */
    int size() {
        return tags.length;
    }

    /** The stamp of a place that is used at this time. */
    static int stamp(int time, int place) {
        return time | place & LOW_BITS;
    }

    /** Notes that the entry at a place is used. */
    void used(int place) {
        checkStamps();
        now += TICK;
        stamps[place] = stamp(now, place);
    }

    /** Notes that a place is empty now and is to be filled before any that was emptied earlier. */
    void emptied(int place) {
        checkStamps();
        emptied -= TICK;
        stamps[place] = stamp(emptied, place);
    }

    /** Numbers stamps anew if they have become too great or too small to go on. */
    void checkStamps() {
        if (now >= LAST_STAMP || emptied <= -LAST_STAMP) {
            renumber();
        }
    }

    private void renumber() {
        long[] byTime = new long[stamps.length];
        for (int place = 0; place < stamps.length; place++) {
            byTime[place] = (long) stamps[place] << Integer.SIZE | place;
        }
        Arrays.sort(byTime);
        for (int rank = 0; rank < byTime.length; rank++) {
            int place = (int) byTime[rank];
            stamps[place] = stamp(rank * TICK, place);
        }
        now = byTime.length * TICK;
        emptied = 0;
    }
}

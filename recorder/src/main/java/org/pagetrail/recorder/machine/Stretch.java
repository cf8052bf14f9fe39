package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.AccessKind;

/**
 * Accesses to be made one after another, and a checksum of where they led.
 *
 * <p>Most are served by a translation at hand. Those are taken in a loop of its own, in which nothing is called and everything
 * stays in registers; whatever else there is to be done about an access is done outside of it.
 */
final class Stretch {
    private static final int READ = AccessKind.READ.ordinal();
    private static final int WRITE = AccessKind.WRITE.ordinal();

    private long[] accesses = new long[0];
    private long checksum;

    /** Takes up other accesses, and begins a checksum. */
    void of(long[] numbers) {
        accesses = numbers;
        checksum = 0;
    }

    /** The sum of the physical addresses reached. */
    long checksum() {
        return checksum;
    }

    /** Adds the physical address of an access that was made otherwise. */
    void reached(long physical) {
        checksum += physical;
    }

    /**
     * Serves accesses up to the first that no translation at hand of {@code cache} serves, a cache that serves no fetches; its index, or
     * {@code to}.
     */
    int serve(TranslationCache cache, AccessCounts counts, long as, int from, int to) {
        ReplacementState replacement = cache.replacement();
        int end = replacement.stamped()
                ? serveStamped(cache.atHand(), replacement, counts, as, from, to)
                : servePointed(cache, replacement, counts, as, from, to);
        counts.byKind[READ] += end - from;
        return end;
    }

    private int serveStamped(
            long[] atHand, ReplacementState replacement, AccessCounts counts, long as, int from, int to) {
        long[] numbers = accesses;
        long[] stamps = replacement.words;
        long now = replacement.now();
        long sum = 0;
        long writes = 0;
        int i = from;
        while (i < to) {
            long access = numbers[i];
            long translation = atHand[Access.page(access) & atHand.length - 1];
            if (!Access.serves(translation, access, as)) {
                break;
            }
            stamps[Access.place(translation)] = ++now;
            writes += Access.isWrite(access);
            sum += Access.physical(translation, access);
            i++;
        }
        replacement.pass(i - from);
        counted(counts, sum, writes);
        return i;
    }

    private int servePointed(
            TranslationCache cache, ReplacementState replacement, AccessCounts counts, long as, int from, int to) {
        long[] numbers = accesses;
        long[] atHand = cache.atHand();
        long[] trees = replacement.words;
        long[] kept = replacement.kept;
        long[] pointed = replacement.pointed;
        int setMask = cache.sets() - 1;
        int ways = cache.ways();
        long sum = 0;
        long writes = 0;
        int i = from;
        while (i < to) {
            long access = numbers[i];
            long translation = atHand[Access.page(access) & atHand.length - 1];
            if (!Access.serves(translation, access, as)) {
                break;
            }
            int set = Access.page(access) & setMask;
            int way = Access.place(translation) - set * ways;
            trees[set] = trees[set] & kept[way] | pointed[way];
            writes += Access.isWrite(access);
            sum += Access.physical(translation, access);
            i++;
        }
        counted(counts, sum, writes);
        return i;
    }

    private void counted(AccessCounts counts, long sum, long writes) {
        checksum += sum;
        counts.byKind[READ] -= writes;
        counts.byKind[WRITE] += writes;
    }
}

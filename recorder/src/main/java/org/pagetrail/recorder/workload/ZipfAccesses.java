package org.pagetrail.recorder.workload;

import org.pagetrail.traces.ia32.LinearAddress;

/**
 * Accesses to pages by Zipf's law.
 *
 * <p>A page is drawn by the alias method (Walker 1977, with Vose's table, IEEE Transactions on Software Engineering 17(9), 1991): a column is
 * drawn, all alike, which is shared by its own page and one other. The table takes 8 bytes a page.
 */
final class ZipfAccesses extends RangedAccesses {
    private static final double GOLDEN = 0.618_033_988_749_894_9;

    private final int[] other;
    /** Less 2^31, so that all 32 bits count: {@link #nextOffset} compares likewise. */
    private final int[] ownOdds;

    private final long parts;

    ZipfAccesses(AddressRange range, double exponent, AccessMix mix, long seed) {
        super(range, mix, seed);
        if (range.first() % LinearAddress.PAGE_BYTES != 0 || range.bytes() % LinearAddress.PAGE_BYTES != 0) {
            throw new IllegalArgumentException("Zipf's law is over pages; begin and end the range with one");
        }
        int pages = (int) (range.bytes() >>> LinearAddress.PAGE_SHIFT);
        parts = LinearAddress.PAGE_BYTES / mix.size();
        other = new int[pages];
        ownOdds = new int[pages];
        share(likelihoods(pages, exponent));
    }

    /** How likely each page is, times the number of pages. */
    private double[] likelihoods(int pages, double exponent) {
        double[] weights = new double[pages];
        double sum = 0;
        long between = between(pages);
        long page = places.below(pages);
        for (int rank = 1; rank <= pages; rank++) {
            // StrictMath: the same bits everywhere.
            double weight = StrictMath.pow(rank, -exponent);
            weights[(int) page] = weight;
            sum += weight;
            page = (page + between) % pages;
        }
        for (int i = 0; i < pages; i++) {
            weights[i] = weights[i] / sum * pages;
        }
        return weights;
    }

    /** From the page of one rank to that of the next: by the golden section, and so that all have their turn. */
    private static long between(int pages) {
        long between = Math.max(1, (long) (pages * GOLDEN));
        while (greatestDivisor(between, pages) != 1) {
            between++;
        }
        return between;
    }

    private static long greatestDivisor(long a, long b) {
        return b == 0 ? a : greatestDivisor(b, a % b);
    }

    private void share(double[] likelihoods) {
        int pages = likelihoods.length;
        int[] waiting = new int[pages];
        int small = 0;
        int large = pages;
        for (int page = 0; page < pages; page++) {
            if (likelihoods[page] < 1) {
                waiting[small++] = page;
            } else {
                waiting[--large] = page;
            }
        }
        while (small > 0 && large < pages) {
            int page = waiting[--small];
            int giver = waiting[large];
            set(page, giver, likelihoods[page]);
            likelihoods[giver] -= 1 - likelihoods[page];
            if (likelihoods[giver] < 1) {
                large++;
                waiting[small++] = giver;
            }
        }
        // What is left has a column for itself, but for errors of rounding.
        while (small > 0) {
            set(waiting[--small], waiting[small], 1);
        }
        while (large < pages) {
            set(waiting[large], waiting[large], 1);
            large++;
        }
    }

    private void set(int column, int page, double ownShare) {
        other[column] = page;
        ownOdds[column] = (int) (Math.min(SplitMix64.odds(ownShare), 0xffff_ffffL) + Integer.MIN_VALUE);
    }

    @Override
    long nextOffset() {
        int column = (int) places.below(other.length);
        long drawn = places.next();
        int page = (int) drawn < ownOdds[column] ? column : other[column];
        return ((long) page << LinearAddress.PAGE_SHIFT) + (drawn >>> Integer.SIZE) * parts / (1L << 32) * size();
    }
}

package org.pagetrail.analyzer.hotspot;

import org.HdrHistogram.Histogram;

/**
 * How a cost is distributed, in cycles, to three significant digits; the largest is exact.
 *
 * @param count how many there were; with none, the rest is 0
 */
public record Distribution(long count, long p50, long p90, long p99, long max) {
    private static final int DIGITS = 3;

    /** Costs being gathered. */
    static final class Gathering {
        /** The largest value that is kept apart from larger ones. */
        private static final long LARGEST = 1L << 48;

        private final Histogram histogram = new Histogram(DIGITS);
        private long max;

        void add(long cycles) {
            long value = Math.max(0, Math.min(LARGEST, cycles));
            histogram.recordValue(value);
            max = Math.max(max, value);
        }

        Distribution distribution() {
            return new Distribution(histogram.getTotalCount(), at(50), at(90), at(99), max);
        }

        private long at(double percentile) {
            return histogram.getTotalCount() == 0 ? 0 : Math.min(max, histogram.getValueAtPercentile(percentile));
        }
    }
}

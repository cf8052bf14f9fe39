package org.pagetrail.recorder.workload;

/** How random accesses are spread over a range. */
public sealed interface Distribution {
    /** Every part of the range is as likely as another. */
    record Uniform() implements Distribution {}

    /**
     * Zipf's law over the pages of the range: the page of rank r, from 1, has a probability in proportion to r to the power of minus the
     * exponent. The ranks are scattered over the range, so that a page's neighbours are not of its rank; within a page every part is as
     * likely as another. The range is whole pages.
     *
     * @param exponent 0 (every page alike) to {@value #STEEPEST}; about 1 where it is found in nature
     */
    record Zipf(double exponent) implements Distribution {
        /** The largest exponent; all but one access in a thousand go to the first page then. */
        public static final int STEEPEST = 10;

        /** Refuses other exponents. */
        public Zipf {
            if (!(exponent >= 0 && exponent <= STEEPEST)) {
                throw new IllegalArgumentException("an exponent of " + exponent + " is not 0 to " + STEEPEST);
            }
        }
    }

    /**
     * A hot part at the beginning of the range, and the cold rest. Within each every part is as likely as another.
     *
     * @param bytes how many are hot, from 1
     * @param share the share of accesses that go there, 0 to 1
     */
    record HotSet(long bytes, double share) implements Distribution {
        /** Refuses an empty hot part, and shares that are none. */
        public HotSet {
            if (bytes < 1) {
                throw new IllegalArgumentException("a hot part of " + bytes + " bytes is none");
            }
            Shares.check("a share of accesses to the hot part", share);
        }
    }
}

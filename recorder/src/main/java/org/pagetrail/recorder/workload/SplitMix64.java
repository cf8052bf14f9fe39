package org.pagetrail.recorder.workload;

/**
 * The generator splitmix64 of pseudo-random numbers: a counter that steps by the golden ratio, and a mixture of its bits.
 *
 * <p>From Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014; the constants of the mixture are variant 13 of
 * David Stafford's, as in Sebastiano Vigna's public-domain splitmix64.c. It is written out here so that a seed gives the same numbers
 * whatever library the program runs on.
 */
public final class SplitMix64 {
    private static final long STEP = 0x9e37_79b9_7f4a_7c15L;

    /** What {@link #chance} compares with is out of this. */
    private static final long CERTAIN = 1L << 32;

    private long state;

    /** A generator whose numbers depend on the seed alone. */
    public SplitMix64(long seed) {
        state = seed;
    }

    /** The next 64 bits. */
    public long next() {
        state += STEP;
        long mixed = (state ^ state >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ mixed >>> 31;
    }

    /** The next number from 0 to below {@code bound}, which is 1 to below 2^62; each as likely as another, to one part in 2^63 / bound. */
    public long below(long bound) {
        return Math.multiplyHigh(next() >>> 1, bound << 1);
    }

    /** Whether something happens now that happens with a probability; {@link #odds} says it. One number is drawn. */
    boolean chance(long odds) {
        return next() >>> Integer.SIZE < odds;
    }

    /** A probability for {@link #chance}, to one part in 2^32; 0 is never and 1 is always. */
    static long odds(double probability) {
        return Math.round(probability * CERTAIN);
    }

    /** A generator of its own, told by the next number. */
    public SplitMix64 split() {
        return new SplitMix64(next());
    }
}

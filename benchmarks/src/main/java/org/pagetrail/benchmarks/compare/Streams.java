package org.pagetrail.benchmarks.compare;

/**
 * The two address streams of the comparison, 4,194,304 accesses over 64 MB each, the same in every run.
 *
 * <p>{@code mix} is half sequential, a quarter strided by a page and a cache line, a quarter random; {@code local} keeps to 32 KB for
 * almost half, and hardly strays. One access in eight is a write.
 */
enum Streams {
    /** Many misses. */
    MIX,

    /** Few misses. */
    LOCAL;

    /** How many accesses a pass makes. */
    static final int ACCESSES = 1 << 22;

    /** The first linear address. */
    static final int BASE = 0x0800_0000;

    /** How many bytes from there on are touched. */
    static final int REGION = 64 << 20;

    private static final long SEED = 88_172_645_463_325_252L;
    private static final int STRIDE = 4096 + 64;
    private static final int HOT_MASK = 0x7fff;

    /** The stream: linear addresses that are multiples of eight, plus 1 for a write. */
    int[] accesses() {
        int[] accesses = new int[ACCESSES];
        int mask = REGION - 1;
        long x = SEED;
        int sequential = 0;
        int strided = 0;
        for (int i = 0; i < ACCESSES; i++) {
            // Xorshift (Marsaglia 2003).
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
            int high = (int) (x >>> 32);
            int choice = high & 255;
            int at;
            if (choice < 128) {
                sequential = sequential + 8 & mask;
                at = sequential;
            } else if (this == LOCAL && choice < 251) {
                at = (int) x & HOT_MASK;
            } else if (choice < (this == LOCAL ? 254 : 192)) {
                strided = strided + STRIDE & mask;
                at = strided;
            } else {
                at = (int) x & mask;
            }
            accesses[i] = BASE + (at & ~7) | ((high >>> 8 & 7) == 0 ? 1 : 0);
        }
        return accesses;
    }
}

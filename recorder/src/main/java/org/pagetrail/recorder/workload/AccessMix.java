package org.pagetrail.recorder.workload;

/**
 * What the accesses of a pattern are like, wherever they go.
 *
 * @param size bytes of each, 1 to {@value #LARGEST}
 * @param writes the share of writes, 0 to 1; the others are reads
 */
public record AccessMix(int size, double writes) {
    /** The most bytes of an access: one page. */
    public static final int LARGEST = 4096;

    /** Refuses sizes and shares that are none. */
    public AccessMix {
        if (size < 1 || size > LARGEST) {
            throw new IllegalArgumentException("an access of " + size + " bytes is not 1 to " + LARGEST);
        }
        Shares.check("a share of writes", writes);
    }
}

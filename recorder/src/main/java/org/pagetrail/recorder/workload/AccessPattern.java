package org.pagetrail.recorder.workload;

/**
 * An endless series of data accesses within a range of linear addresses.
 *
 * <p>Each access lies wholly in the range. The series depends on what it was made from alone: the same seed gives the same accesses on any
 * Java. Which accesses are writes is drawn apart from where they go. Nothing is allocated for an access.
 */
public interface AccessPattern {
    /** Goes on to the next access: its first linear address. */
    int next();

    /** Whether the access that {@link #next} gave last is a write. */
    boolean write();

    /** Bytes of each access. */
    int size();

    /**
     * From the first byte up, and again from there when the next access would not fit into the range.
     *
     * @param step bytes from the beginning of one access to that of the next, from 1 to those of the range; the size of an access leaves no
     *     gap
     * @throws IllegalArgumentException when an access does not fit into the range, or the step is none
     */
    static AccessPattern sequential(AddressRange range, long step, AccessMix mix, long seed) {
        return new SequentialAccesses(range, step, mix, seed);
    }

    /**
     * As a matrix is walked column by column: by the stride from one access to the next; past the end of the range again from its
     * beginning, one access further than the time before, and after a stride's worth of those from the first byte. When the stride and the
     * range are multiples of the size, every part of the range has its turn before any has a second one.
     *
     * @param stride bytes from the beginning of one access to that of the next, at the most those of the range; negative from the end down
     * @throws IllegalArgumentException when an access does not fit into the range, or the stride is 0 or longer than it
     */
    static AccessPattern stride(AddressRange range, long stride, AccessMix mix, long seed) {
        return new StridedAccesses(range, stride, mix, seed);
    }

    /**
     * At random, at multiples of the size from the beginning of the range, or of the part or page that the distribution chose.
     *
     * @throws IllegalArgumentException when an access does not fit into the range or its parts, or the distribution does not apply to it
     */
    static AccessPattern random(AddressRange range, Distribution distribution, AccessMix mix, long seed) {
        if (distribution instanceof Distribution.Zipf zipf) {
            return new ZipfAccesses(range, zipf.exponent(), mix, seed);
        }
        if (distribution instanceof Distribution.HotSet hotSet) {
            return new HotSetAccesses(range, hotSet, mix, seed);
        }
        return new UniformAccesses(range, mix, seed);
    }
}

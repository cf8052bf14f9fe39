package org.pagetrail.cli;

import org.pagetrail.replay.state.LongMap;

/**
 * A digest of many parts with a value each that is kept up to date part by part: the sum of a hash of every part that is not 0, and
 * its value. The order in which parts changed makes no difference.
 */
final class PartsDigest {
    private final LongMap<long[]> groups = new LongMap<>();
    private long sum;

    /** Equal for equal parts. */
    long value() {
        return sum;
    }

    /**
     * Gives a part its value.
     *
     * @param size how many parts its group has
     * @return whether it had another
     */
    boolean put(long group, int size, int index, long value) {
        long[] values = groups.get(group);
        if (values == null) {
            values = new long[size];
            groups.put(group, values);
        }
        long was = values[index];
        if (was == value) {
            return false;
        }
        values[index] = value;
        sum += hash(group, index, value) - hash(group, index, was);
        return true;
    }

    /** Makes all parts of a group 0. */
    void drop(long group) {
        long[] values = groups.remove(group);
        for (int index = 0; values != null && index < values.length; index++) {
            sum -= hash(group, index, values[index]);
        }
    }

    private static long hash(long group, int index, long value) {
        return value == 0 ? 0 : mix(mix(mix(group) + index) + value);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
    private static long mix(long word) {
        long z = word + 0x9e37_79b9_7f4a_7c15L;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }
}

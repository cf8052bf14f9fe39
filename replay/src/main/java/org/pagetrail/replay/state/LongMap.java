package org.pagetrail.replay.state;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * A hash table from {@code long} to objects that allocates nothing to look up, and tells its keys in order.
 *
 * <p>Open addressing with linear probing; a removal moves later entries of the run back, so that there are no tombstones.
 */
public final class LongMap<V> {
    private static final int SMALLEST = 16;

    /** 2^64 divided by the golden ratio: spreads neighbouring frame numbers over the table. */
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    private long[] keys = new long[SMALLEST];
    private Object[] values = new Object[SMALLEST];
    private int size;

    /** How many keys are in. */
    public int size() {
        return size;
    }

    /** The value of this key, or null. */
    @SuppressWarnings("unchecked")
    public V get(long key) {
        return (V) values[position(key)];
    }

    /** Gives the key this value, not null. */
    public void put(long key, V value) {
        int at = position(key);
        if (values[at] == null) {
            if (2 * (size + 1) > keys.length) {
                grow();
                at = position(key);
            }
            keys[at] = key;
            size++;
        }
        values[at] = value;
    }

    /** Takes the key out; its value, or null when it was not in. */
    @SuppressWarnings("unchecked")
    public V remove(long key) {
        int hole = position(key);
        V value = (V) values[hole];
        if (value == null) {
            return null;
        }
        int mask = keys.length - 1;
        for (int at = (hole + 1) & mask; values[at] != null; at = (at + 1) & mask) {
            int home = home(keys[at]);
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                keys[hole] = keys[at];
                values[hole] = values[at];
                hole = at;
            }
        }
        values[hole] = null;
        size--;
        return value;
    }

    /** Takes all keys out. */
    public void clear() {
        if (size != 0) {
            Arrays.fill(values, null);
            size = 0;
        }
    }

    /** All keys, ascending. */
    public long[] sortedKeys() {
        long[] sorted = new long[size];
        int count = 0;
        for (int at = 0; at < keys.length; at++) {
            if (values[at] != null) {
                sorted[count++] = keys[at];
            }
        }
        Arrays.sort(sorted);
        return sorted;
    }

    /** Another map with a copy of each value. */
    @SuppressWarnings("unchecked")
    public LongMap<V> copy(UnaryOperator<V> copyValue) {
        LongMap<V> copy = new LongMap<>();
        copy.keys = keys.clone();
        copy.values = new Object[values.length];
        for (int at = 0; at < values.length; at++) {
            if (values[at] != null) {
                copy.values[at] = copyValue.apply((V) values[at]);
            }
        }
        copy.size = size;
        return copy;
    }

    /** Where the key is, or would go. */
    private int position(long key) {
        int mask = keys.length - 1;
        int at = home(key);
        while (values[at] != null && keys[at] != key) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private int home(long key) {
        long spread = key * SPREAD;
        return (int) (spread ^ spread >>> 32) & (keys.length - 1);
    }

    private void grow() {
        long[] oldKeys = keys;
        Object[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new Object[keys.length];
        for (int from = 0; from < oldKeys.length; from++) {
            if (oldValues[from] != null) {
                int at = position(oldKeys[from]);
                keys[at] = oldKeys[from];
                values[at] = oldValues[from];
            }
        }
    }
}

package org.pagetrail.recorder.workload;

import java.util.Locale;

/**
 * A range of linear addresses.
 *
 * @param first its first byte
 * @param bytes how many it has, from 1
 */
public record AddressRange(long first, long bytes) {
    private static final long END = 1L << 32;

    /** Refuses a range that is empty or not within 32 bits. */
    public AddressRange {
        if (first < 0 || first >= END) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "a range that begins at 0x%08x is not within 32 bits", first));
        }
        if (bytes < 1 || bytes > END - first) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%d bytes from 0x%08x on are no range within 32 bits", bytes, first));
        }
    }

    /** Whether an access of some bytes lies in it. */
    public boolean contains(long linear, int size) {
        return linear >= first && linear - first <= bytes - size;
    }
}

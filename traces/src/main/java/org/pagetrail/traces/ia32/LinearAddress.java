package org.pagetrail.traces.ia32;

/**
 * A 32-bit linear address and its parts (SDM volume 3A, 4.3, figures 4-2 and 4-3).
 *
 * <pre>
 *   31         22 21         12 11          0
 *  +-------------+-------------+-------------+
 *  |  directory  |    table    |   offset    |   4 KB page
 *  +-------------+-------------+-------------+
 *  |  directory  |          offset           |   4 MB page
 *  +-------------+---------------------------+
 *  |        page number        |
 * </pre>
 */
public final class LinearAddress {
    /** Binary logarithm of the bytes in a 4 KB page. */
    public static final int PAGE_SHIFT = 12;

    /** Binary logarithm of the bytes in a 4 MB page. */
    public static final int LARGE_PAGE_SHIFT = 22;

    /** Bytes in a 4 KB page and in a page frame. */
    public static final int PAGE_BYTES = 1 << PAGE_SHIFT;

    /** Bytes in a 4 MB page. */
    public static final int LARGE_PAGE_BYTES = 1 << LARGE_PAGE_SHIFT;

    /** Entries in a page directory and in a page table. */
    public static final int SLOTS = 1024;

    private LinearAddress() {}

    /** The slot of the page directory, 0 to 1023. */
    public static int directorySlot(int linear) {
        return linear >>> LARGE_PAGE_SHIFT;
    }

    /** The slot of the page table, 0 to 1023. */
    public static int tableSlot(int linear) {
        return (linear >>> PAGE_SHIFT) & (SLOTS - 1);
    }

    /** The offset in a 4 KB page, 0 to 4095. */
    public static int offset(int linear) {
        return linear & (PAGE_BYTES - 1);
    }

    /** The number of the 4 KB page, 0 to 2^20-1. */
    public static int page(int linear) {
        return linear >>> PAGE_SHIFT;
    }

    /** The address as the vocabulary carries it: unsigned. */
    public static long unsigned(int linear) {
        return Integer.toUnsignedLong(linear);
    }
}

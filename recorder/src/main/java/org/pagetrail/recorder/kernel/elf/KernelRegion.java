package org.pagetrail.recorder.kernel.elf;

/**
 * The plan's kernel region: where linear addresses show the first bytes of physical memory.
 *
 * @param base its first linear address
 * @param bytes its size, and with it how much of physical memory it shows; a multiple of 4 KB
 */
public record KernelRegion(long base, long bytes) {
    static final int PAGE_BYTES = 4096;

    /** Whether a range of linear addresses lies in it. */
    boolean holds(long first, long end) {
        return first >= base && end <= base + bytes;
    }

    /** The linear address that shows a physical one. */
    public long linear(long physical) {
        return base + physical;
    }

    /** How many pages it has. */
    public int pages() {
        return (int) (bytes / PAGE_BYTES);
    }
}

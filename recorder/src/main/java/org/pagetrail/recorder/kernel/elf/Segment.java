package org.pagetrail.recorder.kernel.elf;

/**
 * A loadable segment of an executable (PT_LOAD).
 *
 * @param index its place among the program headers
 * @param physical where the boot loader puts it
 * @param linear where the code expects it
 * @param fileOffset where its contents are in the file
 * @param fileSize bytes of contents
 * @param memorySize bytes in memory; those beyond the contents are zero
 * @param rights as {@link org.pagetrail.traces.event.Rights}
 */
public record Segment(
        int index, long physical, long linear, int fileOffset, long fileSize, long memorySize, int rights) {
    /** The physical address after its last byte. */
    public long physicalEnd() {
        return physical + memorySize;
    }

    /** The linear address after its last byte. */
    public long linearEnd() {
        return linear + memorySize;
    }
}

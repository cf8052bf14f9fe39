package org.pagetrail.recorder.kernel.firmware;

import java.util.ArrayList;
import java.util.List;
import org.pagetrail.traces.event.MemoryType;

/**
 * The memory map that the firmware of a PC reports (as BIOS INT 15h, E820, gives it to a boot loader).
 *
 * <pre>
 *  0x00000000-0x0009fbff   available
 *  0x0009fc00-0x0009ffff   reserved: extended BIOS data area
 *  0x000f0000-0x000fffff   reserved: firmware
 *  0x00100000-top          available, up to 128 KB below the end of RAM, and not above 3.5 GB
 *  top-end of RAM          reclaimable: the firmware's ACPI tables
 *  0xfffc0000-0xffffffff   reserved: firmware
 * </pre>
 *
 * @param ranges by address
 */
public record FirmwareMemoryMap(List<Range> ranges) {
    private static final long PAGE = 4096;
    private static final long LOW_END = 0x9_fc00;
    private static final long VIDEO = 0xa_0000;
    private static final long FIRMWARE = 0xf_0000;
    private static final long MEGABYTE = 1 << 20;
    private static final long TABLES = 128 << 10;
    private static final long DEVICES = 0xe000_0000L;
    private static final long ROM = 0xfffc_0000L;
    private static final long END = 1L << 32;
    private static final long LEAST = 2 * MEGABYTE;

    /** A range of physical memory of one kind. */
    public record Range(long physical, long size, MemoryType type) {
        /** The address after its last byte. */
        public long end() {
            return physical + size;
        }
    }

    /**
     * The map of a PC.
     *
     * @param ram bytes of memory
     * @throws BootLoaderException unless it is a multiple of 4 KB from 2 MB to 4 GB
     */
    public static FirmwareMemoryMap ofPc(long ram) {
        if (ram < LEAST || ram > END || ram % PAGE != 0) {
            throw new BootLoaderException(
                    ram + " bytes of RAM cannot be had; use a multiple of 4 KB from 2 MB to 4 GB");
        }
        List<Range> ranges = new ArrayList<>();
        ranges.add(new Range(0, LOW_END, MemoryType.AVAILABLE));
        ranges.add(new Range(LOW_END, VIDEO - LOW_END, MemoryType.RESERVED));
        ranges.add(new Range(FIRMWARE, MEGABYTE - FIRMWARE, MemoryType.RESERVED));
        long top = Math.min(ram, DEVICES);
        ranges.add(new Range(MEGABYTE, top - TABLES - MEGABYTE, MemoryType.AVAILABLE));
        ranges.add(new Range(top - TABLES, TABLES, MemoryType.ACPI_RECLAIMABLE));
        ranges.add(new Range(ROM, END - ROM, MemoryType.RESERVED));
        return new FirmwareMemoryMap(List.copyOf(ranges));
    }

    /** Whether all of a range is free to use. */
    public boolean isAvailable(long physical, long size) {
        return ranges.stream()
                .anyMatch(range -> range.type() == MemoryType.AVAILABLE
                        && physical >= range.physical()
                        && physical + size <= range.end());
    }
}

package org.pagetrail.recorder.kernel.firmware;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pagetrail.traces.event.MemoryType;

/**
 * The physical memory as the firmware of a PC reports it.
 *
 * <pre>
 *  0x00000000-0x0009fbff  available   low memory
 *  0x0009fc00-0x0009ffff  reserved    extended BIOS data area
 *  0x000a0000-0x000effff  (a hole)    video memory, adapters' ROMs
 *  0x000f0000-0x000fffff  reserved    BIOS
 *  0x00100000-top-128 KB  available
 *  the last 128 KB        reserved    ACPI tables
 *  top       -0xfffbffff  (a hole)    devices
 *  0xfffc0000-0xffffffff  reserved    BIOS
 * </pre>
 *
 * <p>These are the ranges of SeaBIOS on QEMU's PC. RAM of 3.5 GB or more is reported up to 3 GB: the rest would lie above 4 GB,
 * where 32-bit physical addresses do not reach, and is not reported.
 */
public final class FirmwareMemoryMap {
    /** The least RAM that a PC has: 1 MB. */
    public static final long SMALLEST_RAM = 1L << 20;

    /** The most RAM that is accepted: 4 GB. */
    public static final long LARGEST_RAM = 1L << 32;

    /** The end of low memory: what lies from here to 1 MB is the firmware's. */
    public static final long LOW_MEMORY_END = 0x9_fc00;

    /** Where memory goes on after the firmware's: 1 MB. */
    public static final long HIGH_MEMORY = 1L << 20;

    private static final long VIDEO_MEMORY = 0xa_0000;
    private static final long BIOS = 0xf_0000;
    private static final long BIOS_AT_TOP = 0xfffc_0000L;
    private static final long ACPI_BYTES = 128 << 10;
    private static final long MANY = 0xe000_0000L;
    private static final long TOP_WITH_MANY = 0xc000_0000L;
    private static final int PAGE = 4096;

    private final long ramBytes;
    private final long top;
    private final List<Range> ranges = new ArrayList<>();

    /**
     * A range of the map.
     *
     * @param first its first physical address
     * @param length its size in bytes, at least one
     */
    public record Range(long first, long length, MemoryType type) {
        /** The physical address after its last byte. */
        public long end() {
            return first + length;
        }
    }

    private FirmwareMemoryMap(long ramBytes) {
        this.ramBytes = ramBytes;
        top = ramBytes < MANY ? ramBytes : TOP_WITH_MANY;
        add(0, LOW_MEMORY_END, MemoryType.AVAILABLE);
        add(LOW_MEMORY_END, VIDEO_MEMORY, MemoryType.RESERVED);
        add(BIOS, HIGH_MEMORY, MemoryType.RESERVED);
        long acpi = Math.max(HIGH_MEMORY, top - ACPI_BYTES);
        add(HIGH_MEMORY, acpi, MemoryType.AVAILABLE);
        add(acpi, top, MemoryType.RESERVED);
        add(BIOS_AT_TOP, LARGEST_RAM, MemoryType.RESERVED);
    }

    private void add(long first, long end, MemoryType type) {
        if (end > first) {
            ranges.add(new Range(first, end - first, type));
        }
    }

    /**
     * The map of a PC with so much RAM.
     *
     * @throws BootLoaderException unless it is a multiple of 4 KB from 1 MB to 4 GB
     */
    public static FirmwareMemoryMap ofPc(long ramBytes) {
        if (ramBytes < SMALLEST_RAM || ramBytes > LARGEST_RAM || ramBytes % PAGE != 0) {
            throw new BootLoaderException(
                    String.format(Locale.ROOT, "RAM of %d bytes; use a multiple of 4 KB from 1 MB to 4 GB", ramBytes));
        }
        return new FirmwareMemoryMap(ramBytes);
    }

    /** The ranges in the order of their addresses; what lies between them is not memory. */
    public List<Range> ranges() {
        return List.copyOf(ranges);
    }

    /** The RAM that the machine has. */
    public long ramBytes() {
        return ramBytes;
    }

    /** The physical address after the last byte of RAM below 4 GB: the RAM itself, unless devices take its place. */
    public long top() {
        return top;
    }

    /** Whether every byte of a range is reported as available. */
    public boolean isAvailable(long first, long length) {
        return ranges.stream()
                .anyMatch(range -> range.type() == MemoryType.AVAILABLE
                        && first >= range.first()
                        && length >= 0
                        && length <= range.end() - first);
    }
}

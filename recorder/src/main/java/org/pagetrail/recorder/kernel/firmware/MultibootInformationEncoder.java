package org.pagetrail.recorder.kernel.firmware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.pagetrail.recorder.kernel.firmware.BootLayout.PlacedModule;
import org.pagetrail.traces.event.MemoryType;

/**
 * The writer of the boot information (Multiboot Specification 0.6.96, 3.3). All of it is one block of bytes.
 *
 * <pre>
 *   0 flags        4 mem_lower     8 mem_upper   12 boot_device
 *  16 cmdline     20 mods_count   24 mods_addr   28 syms (16 bytes)
 *  44 mmap_length 48 mmap_addr    52 drives, configuration
 *  64 boot_loader_name            68 APM, VBE: absent                    88 bytes
 *  then, for each module           0 mod_start  4 mod_end  8 string  12  16 bytes
 *  then, for each range of memory -4 size 20    0 base  8 length  16 type   24 bytes
 *  then the texts, each with a zero byte: command line, boot loader's name, modules' names
 * </pre>
 */
final class MultibootInformationEncoder {
    private static final int HEADER_BYTES = 88;
    private static final int MODULE_BYTES = 16;
    private static final int RANGE_BYTES = 24;

    private static final int HAS_MEMORY = 1;
    private static final int HAS_COMMAND_LINE = 1 << 2;
    private static final int HAS_MODULES = 1 << 3;
    private static final int HAS_MEMORY_MAP = 1 << 6;
    private static final int HAS_LOADER_NAME = 1 << 9;
    private static final int FLAGS = HAS_MEMORY | HAS_COMMAND_LINE | HAS_MODULES | HAS_MEMORY_MAP | HAS_LOADER_NAME;

    private static final String LOADER_NAME = "pagetrail";

    private final FirmwareMemoryMap memory;
    private final String commandLine;

    MultibootInformationEncoder(FirmwareMemoryMap memory, String commandLine) {
        this.memory = memory;
        this.commandLine = commandLine;
    }

    /** How many bytes {@link #encode} makes of these modules, wherever they are placed. */
    long size(List<BootModule> modules) {
        long size = HEADER_BYTES
                + (long) modules.size() * MODULE_BYTES
                + (long) memory.ranges().size() * RANGE_BYTES
                + text(commandLine).length
                + text(LOADER_NAME).length;
        for (BootModule module : modules) {
            size += text(module.name()).length;
        }
        return size;
    }

    private static byte[] text(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes, to stand at a physical address. */
    byte[] encode(long physical, int size, List<PlacedModule> modules) {
        int base = (int) physical;
        int firstModule = HEADER_BYTES;
        int firstRange = firstModule + modules.size() * MODULE_BYTES;
        int rangeBytes = memory.ranges().size() * RANGE_BYTES;
        ByteBuffer block = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        block.position(firstRange + rangeBytes);
        block.putInt(0, FLAGS);
        block.putInt(4, (int) (FirmwareMemoryMap.LOW_MEMORY_END >> 10));
        block.putInt(8, (int) (upperMemory() >> 10));
        block.putInt(16, base + append(block, commandLine));
        block.putInt(20, modules.size());
        block.putInt(24, base + firstModule);
        block.putInt(44, rangeBytes);
        block.putInt(48, base + firstRange);
        block.putInt(64, base + append(block, LOADER_NAME));
        for (int i = 0; i < modules.size(); i++) {
            PlacedModule placed = modules.get(i);
            int at = firstModule + i * MODULE_BYTES;
            block.putInt(at, (int) placed.physical());
            block.putInt(at + 4, (int) (placed.physical() + placed.module().size()));
            block.putInt(at + 8, base + append(block, placed.module().name()));
        }
        for (int i = 0; i < memory.ranges().size(); i++) {
            FirmwareMemoryMap.Range range = memory.ranges().get(i);
            int at = firstRange + i * RANGE_BYTES;
            block.putInt(at, RANGE_BYTES - Integer.BYTES);
            block.putLong(at + 4, range.first());
            block.putLong(at + 12, range.length());
            block.putInt(at + 20, typeNumber(range.type()));
        }
        return block.array();
    }

    private static int append(ByteBuffer block, String text) {
        int at = block.position();
        block.put(text(text));
        return at;
    }

    /** Available memory from 1 MB to the first hole. */
    private long upperMemory() {
        for (FirmwareMemoryMap.Range range : memory.ranges()) {
            if (range.first() == FirmwareMemoryMap.HIGH_MEMORY && range.type() == MemoryType.AVAILABLE) {
                return range.length();
            }
        }
        return 0;
    }

    private static int typeNumber(MemoryType type) {
        return switch (type) {
            case AVAILABLE -> 1;
            case RESERVED -> 2;
            case ACPI_RECLAIMABLE -> 3;
            case ACPI_NVS -> 4;
            case BAD -> 5;
        };
    }
}

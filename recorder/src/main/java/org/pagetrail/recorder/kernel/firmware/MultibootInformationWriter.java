package org.pagetrail.recorder.kernel.firmware;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.pagetrail.recorder.kernel.firmware.BootLayout.PlacedModule;

/**
 * The multiboot information (Multiboot Specification 0.6.96, 3.3), as one block of memory.
 *
 * <pre>
 *    0 flags   4 mem_lower   8 mem_upper   16 cmdline   20 mods_count   24 mods_addr   44 mmap_length   48 mmap_addr
 *   52 memory map, 24 bytes a range: size 20, base, length, type
 *      modules, 16 bytes each: start, end, string, 0
 *      texts, each ended by a zero byte
 * </pre>
 */
final class MultibootInformationWriter {
    private static final int FLAGS = 1 | 1 << 2 | 1 << 3 | 1 << 6;
    private static final int HEAD_BYTES = 52;
    private static final int RANGE_BYTES = 24;
    private static final int MODULE_BYTES = 16;
    private static final int LOWER_KILOBYTES = 639;

    private MultibootInformationWriter() {}

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    static int size(FirmwareMemoryMap memory, List<ModuleFile> modules, String commandLine) {
        int texts = text(commandLine).length;
        for (ModuleFile module : modules) {
            texts += text(module.name()).length;
        }
        int size = HEAD_BYTES + memory.ranges().size() * RANGE_BYTES + modules.size() * MODULE_BYTES + texts;
        return (size + Integer.BYTES - 1) / Integer.BYTES * Integer.BYTES;
    }

    static byte[] write(long at, FirmwareMemoryMap memory, List<PlacedModule> modules, String commandLine) {
        List<ModuleFile> files = modules.stream().map(PlacedModule::file).toList();
        ByteBuffer block = ByteBuffer.allocate(size(memory, files, commandLine)).order(ByteOrder.LITTLE_ENDIAN);
        int base = (int) at;
        int map = HEAD_BYTES;
        int mods = map + memory.ranges().size() * RANGE_BYTES;
        int texts = mods + modules.size() * MODULE_BYTES;
        FirmwareMemoryMap.Range upper = memory.ranges().stream()
                .filter(range -> range.physical() == 1 << 20)
                .findFirst()
                .orElseThrow();
        block.putInt(0, FLAGS).putInt(4, LOWER_KILOBYTES).putInt(8, (int) (upper.size() / 1024));
        block.putInt(16, base + texts);
        block.putInt(20, modules.size()).putInt(24, base + mods);
        block.putInt(44, mods - map).putInt(48, base + map);
        for (FirmwareMemoryMap.Range range : memory.ranges()) {
            block.putInt(map, RANGE_BYTES - Integer.BYTES);
            block.putLong(map + 4, range.physical());
            block.putLong(map + 12, range.size());
            block.putInt(map + 20, range.type().ordinal() + 1);
            map += RANGE_BYTES;
        }
        block.position(texts);
        block.put(text(commandLine));
        for (PlacedModule module : modules) {
            block.putInt(mods, (int) module.physical()).putInt(mods + 4, (int) module.end());
            block.putInt(mods + 8, base + block.position());
            block.put(text(module.file().name()));
            mods += MODULE_BYTES;
        }
        return block.array();
    }
}

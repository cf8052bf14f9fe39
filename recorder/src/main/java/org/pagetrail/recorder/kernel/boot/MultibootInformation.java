package org.pagetrail.recorder.kernel.boot;

import java.util.ArrayList;
import java.util.List;
import org.pagetrail.recorder.kernel.Code;

/**
 * The multiboot information as the kernel reads it: word by word, through the machine (Multiboot Specification 0.6.96, 3.3).
 *
 * <pre>
 *   0 flags   20 mods_count   24 mods_addr   44 mmap_length   48 mmap_addr
 *   mods entry  0 start   4 end   8 string
 *   mmap entry -4 size    0 base (8 bytes)   8 length (8 bytes)   16 type
 * </pre>
 */
final class MultibootInformation {
    static final int FLAG_MODULES = 1 << 3;
    static final int FLAG_MEMORY_MAP = 1 << 6;

    private static final int MODS_COUNT = 20;
    private static final int MODS_ADDR = 24;
    private static final int MMAP_LENGTH = 44;
    private static final int MMAP_ADDR = 48;
    private static final int MODULE_BYTES = 16;
    private static final int AVAILABLE = 1;

    private final Code code;
    private final int at;
    private final int offset;

    /**
     * The information at a physical address.
     *
     * @param offset what to add to a physical address to reach it
     */
    MultibootInformation(Code code, int physical, int offset) {
        this.code = code;
        this.offset = offset;
        at = physical + offset;
    }

    int flags() {
        return code.load(at);
    }

    /** Physical address and size of each available range, as pairs. */
    List<long[]> availableMemory() {
        List<long[]> ranges = new ArrayList<>();
        int first = code.load(at + MMAP_ADDR) + offset;
        int length = code.load(at + MMAP_LENGTH);
        for (int entry = first; entry - first < length; ) {
            int size = code.load(entry);
            long base = longAt(entry + 4);
            long bytes = longAt(entry + 12);
            if (code.load(entry + 20) == AVAILABLE) {
                ranges.add(new long[] {base, bytes});
            }
            entry += size + 4;
        }
        return ranges;
    }

    /** Physical address and size of each module, as pairs. */
    List<long[]> modules() {
        List<long[]> ranges = new ArrayList<>();
        int count = (flags() & FLAG_MODULES) == 0 ? 0 : code.load(at + MODS_COUNT);
        int first = count == 0 ? 0 : code.load(at + MODS_ADDR) + offset;
        for (int i = 0; i < count; i++) {
            long start = Integer.toUnsignedLong(code.load(first + i * MODULE_BYTES));
            long end = Integer.toUnsignedLong(code.load(first + i * MODULE_BYTES + 4));
            ranges.add(new long[] {start, end - start});
        }
        return ranges;
    }

    private long longAt(int linear) {
        return Integer.toUnsignedLong(code.load(linear)) | (long) code.load(linear + 4) << 32;
    }
}

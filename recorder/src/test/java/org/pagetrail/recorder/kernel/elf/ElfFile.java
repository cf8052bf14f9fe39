package org.pagetrail.recorder.kernel.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.pagetrail.traces.event.Rights;

/** An ELF32 i386 executable in the making, for tests: header, program headers, contents, symbols, section headers. */
public final class ElfFile {
    /** Offset of the first program header. */
    public static final int PROGRAM_HEADERS = 52;

    /** The section that has instructions; 1 is the symbol table, 2 its names. */
    public static final int TEXT = 3;

    public static final int R = Rights.READ;
    public static final int RW = Rights.READ | Rights.WRITE;
    public static final int RX = Rights.READ | Rights.EXECUTE;
    public static final int RWX = Rights.READ | Rights.WRITE | Rights.EXECUTE;

    private final List<long[]> segments = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<long[]> symbols = new ArrayList<>();
    private long entry;

    /** The smallest kernel: boot code at 1 MB, text and data in the kernel region. */
    public static ElfFile small() {
        return new ElfFile()
                .entry(0x10_000c)
                .segment(0x10_0000, 0x10_0000, 0x20, 0x20, RX)
                .segment(0x10_1000, 0xc010_1000L, 0x30, 0x30, RX)
                .segment(0x10_2000, 0xc010_2000L, 0x10, 0x2000, RW)
                .function("start", 0x10_000c, false)
                .function("pmm_init", 0xc010_1010L, true);
    }

    public ElfFile entry(long linear) {
        entry = linear;
        return this;
    }

    public ElfFile segment(long physical, long linear, long fileSize, long memorySize, int rights) {
        segments.add(new long[] {physical, linear, fileSize, memorySize, rights});
        return this;
    }

    public ElfFile function(String name, long linear, boolean local) {
        return symbol(name, linear, (local ? 0 : 1 << 4) | 2, TEXT);
    }

    /** A symbol without a type in one of the sections. */
    public ElfFile label(String name, long linear, int section) {
        return symbol(name, linear, 1 << 4, section);
    }

    private ElfFile symbol(String name, long linear, int info, int section) {
        names.add(name);
        symbols.add(new long[] {linear, info, section});
        return this;
    }

    /** The file's bytes; the content of segment n is the byte n + 1. */
    public byte[] bytes() {
        int contents = PROGRAM_HEADERS + 32 * segments.size();
        int symbolTable = contents
                + segments.stream().mapToInt(segment -> (int) segment[2]).sum();
        ByteArrayOutputStream texts = new ByteArrayOutputStream();
        texts.write(0);
        int strings = symbolTable + 16 * (symbols.size() + 1);
        ByteBuffer symbolBytes = ByteBuffer.allocate(16 * (symbols.size() + 1)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < symbols.size(); i++) {
            int at = 16 * (i + 1);
            symbolBytes.putInt(at, texts.size()).putInt(at + 4, (int) symbols.get(i)[0]);
            symbolBytes.put(at + 12, (byte) symbols.get(i)[1]).putShort(at + 14, (short) symbols.get(i)[2]);
            texts.writeBytes(names.get(i).getBytes(StandardCharsets.UTF_8));
            texts.write(0);
        }
        int sections = strings + texts.size();
        ByteBuffer file = ByteBuffer.allocate(sections + 4 * 40).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1});
        file.putShort(16, (short) 2).putShort(18, (short) 3).putInt(20, 1).putInt(24, (int) entry);
        file.putInt(28, PROGRAM_HEADERS).putInt(32, sections).putShort(40, (short) 52);
        file.putShort(42, (short) 32).putShort(44, (short) segments.size());
        file.putShort(46, (short) 40).putShort(48, (short) 4);
        int content = contents;
        for (int i = 0; i < segments.size(); i++) {
            content = putSegment(file, i, content);
        }
        file.put(symbolTable, symbolBytes.array()).put(strings, texts.toByteArray());
        file.putInt(sections + 44, 2).putInt(sections + 56, symbolTable);
        file.putInt(sections + 60, symbolBytes.capacity())
                .putInt(sections + 64, 2)
                .putInt(sections + 76, 16);
        file.putInt(sections + 84, 3).putInt(sections + 96, strings).putInt(sections + 100, texts.size());
        file.putInt(sections + 40 * TEXT + 4, 1).putInt(sections + 40 * TEXT + 8, 6);
        return file.array();
    }

    private int putSegment(ByteBuffer file, int index, int content) {
        long[] segment = segments.get(index);
        int at = PROGRAM_HEADERS + 32 * index;
        int rights = (int) segment[4];
        int flags = (rights & Rights.READ) * 4 | rights & Rights.WRITE | rights / Rights.EXECUTE;
        file.putInt(at, 1)
                .putInt(at + 4, content)
                .putInt(at + 8, (int) segment[1])
                .putInt(at + 12, (int) segment[0]);
        file.putInt(at + 16, (int) segment[2]).putInt(at + 20, (int) segment[3]).putInt(at + 24, flags);
        for (int i = 0; i < segment[2]; i++) {
            file.put(content + i, (byte) (index + 1));
        }
        return content + (int) segment[2];
    }

    /** Parsed, under the name that messages use in tests. */
    public ElfImage image() {
        return ElfImage.parse(bytes(), "kernel.elf");
    }

    /** Held against the region of the default plan. */
    public KernelImage kernel() {
        return KernelImage.of(image(), new KernelRegion(0xc000_0000L, 4 << 20));
    }
}

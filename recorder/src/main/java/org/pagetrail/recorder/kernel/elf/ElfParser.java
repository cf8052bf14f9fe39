package org.pagetrail.recorder.kernel.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pagetrail.recorder.kernel.elf.ElfImage.Segment;
import org.pagetrail.traces.event.Rights;

/**
 * The reader of an ELF32 file (System V ABI, chapters 4 and 5). No field is used before it was compared with the file's length.
 *
 * <pre>
 *  ELF header          program header      section header      symbol
 *   0 e_ident           0 p_type            4 sh_type           0 st_name
 *  16 e_type            4 p_offset          8 sh_flags          4 st_value
 *  18 e_machine         8 p_vaddr          16 sh_offset        12 st_info
 *  20 e_version        12 p_paddr          20 sh_size          14 st_shndx
 *  24 e_entry          16 p_filesz         24 sh_link          16 bytes
 *  28 e_phoff          20 p_memsz          36 sh_entsize
 *  32 e_shoff          24 p_flags          40 bytes
 *  42 e_phentsize      32 bytes
 *  44 e_phnum
 *  46 e_shentsize
 *  48 e_shnum
 *  52 bytes
 * </pre>
 */
final class ElfParser {
    private static final int MAGIC = 0x464c_457f;
    private static final int IDENT_BYTES = 16;
    private static final int HEADER_BYTES = 52;
    private static final int PROGRAM_HEADER_BYTES = 32;
    private static final int SECTION_HEADER_BYTES = 40;
    private static final int SYMBOL_BYTES = 16;

    private static final int CLASS_32 = 1;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int BIG_ENDIAN = 2;
    private static final int CURRENT_VERSION = 1;
    private static final int TYPE_EXECUTABLE = 2;
    private static final int TYPE_SHARED = 3;
    private static final int MACHINE_386 = 3;

    /** More program headers than any kernel has: a count beyond it is damage. */
    private static final int MOST_PROGRAM_HEADERS = 128;

    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int INTERPRETER = 3;
    private static final int FLAG_EXECUTE = 1;
    private static final int FLAG_WRITE = 2;
    private static final int FLAG_READ = 4;

    private static final int SYMBOL_TABLE = 2;
    private static final int STRING_TABLE = 3;
    private static final int SECTION_HAS_INSTRUCTIONS = 4;
    private static final int UNDEFINED = 0;
    private static final int NO_TYPE = 0;
    private static final int FUNCTION = 2;
    private static final int LOCAL = 0;

    /** A longer name is damage, and would make reading take the square of the file's size. */
    private static final int LONGEST_NAME = 4096;

    private static final long ADDRESSES = 1L << 32;

    private final byte[] file;
    private final ByteBuffer bytes;
    private final String name;
    private final ElfPurpose purpose;

    /** A reader of these bytes, which are to be of use for something; its complaints begin with {@code name}. */
    ElfParser(byte[] file, String name, ElfPurpose purpose) {
        this.file = file;
        this.name = name;
        this.purpose = purpose;
        bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads all of it; the image is called {@code imageName}. */
    ElfImage parse(String imageName) {
        checkIdentity();
        checkHeader();
        List<Segment> segments = segments();
        return new ElfImage(imageName, file, word(24), segments, functions());
    }

    private ElfFormatException wrong(String format, Object... arguments) {
        return new ElfFormatException(name + ": " + String.format(Locale.ROOT, format, arguments));
    }

    private long word(long at) {
        return Integer.toUnsignedLong(bytes.getInt((int) at));
    }

    private int half(long at) {
        return Short.toUnsignedInt(bytes.getShort((int) at));
    }

    private boolean inFile(long offset, long size) {
        return offset <= file.length && size <= file.length - offset;
    }

    private void checkIdentity() {
        if (file.length == 0) {
            throw wrong("empty; name an ELF32 i386 %s", purpose.word());
        }
        if (file.length > ElfImage.LARGEST_FILE) {
            throw wrong("larger than %d MB; strip its debug information", ElfImage.LARGEST_FILE >> 20);
        }
        if (file.length < Integer.BYTES || bytes.getInt(0) != MAGIC) {
            throw wrong("not an ELF file; name an ELF32 i386 %s", purpose.word());
        }
        if (file.length < IDENT_BYTES + Integer.BYTES) {
            throw truncated("ELF header", HEADER_BYTES);
        }
        int wordSize = file[4];
        int byteOrder = file[5];
        if (wordSize == CLASS_64) {
            bytes.order(byteOrder == BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            throw wrong(
                    "64-bit ELF (%s); pagetrail records ELF32 i386 %ss: build it with -m32", machine(), purpose.word());
        }
        if (wordSize != CLASS_32) {
            throw wrong("unknown ELF class %d; the file is damaged: build it again", wordSize);
        }
        if (byteOrder == BIG_ENDIAN) {
            throw wrong("big-endian ELF; pagetrail records ELF32 i386 %ss, which are little-endian", purpose.word());
        }
        if (byteOrder != LITTLE_ENDIAN) {
            throw wrong("unknown ELF byte order %d; the file is damaged: build it again", byteOrder);
        }
        if (half(18) != MACHINE_386) {
            throw wrong(
                    "built for another machine (%s); pagetrail records ELF32 i386 %ss: build it with -m32",
                    machine(), purpose.word());
        }
    }

    private String machine() {
        int machine = half(18);
        return switch (machine) {
            case 8 -> "EM_MIPS";
            case 20 -> "EM_PPC";
            case 21 -> "EM_PPC64";
            case 40 -> "EM_ARM";
            case 62 -> "EM_X86_64";
            case 183 -> "EM_AARCH64";
            case 243 -> "EM_RISCV";
            default -> "e_machine " + machine;
        };
    }

    private ElfFormatException truncated(String what, long needed) {
        return wrong(
                "truncated: its %s ends at byte %d, the file has %d; copy or build it again",
                what, needed, file.length);
    }

    private void checkHeader() {
        if (file.length < HEADER_BYTES) {
            throw truncated("ELF header", HEADER_BYTES);
        }
        if (file[6] != CURRENT_VERSION || word(20) != CURRENT_VERSION) {
            throw wrong("unknown ELF version; the file is damaged: build it again");
        }
        int type = half(16);
        switch (type) {
            case TYPE_EXECUTABLE -> {
                if (purpose == ElfPurpose.LIBRARY) {
                    throw wrong("an executable (ET_EXEC), no shared library; link it with -shared");
                }
            }
            case 1 -> throw wrong("relocatable object (ET_REL); link it to an executable first");
            case TYPE_SHARED -> {
                if (purpose != ElfPurpose.LIBRARY) {
                    throw wrong("shared object or PIE (ET_DYN); link it at fixed addresses with -no-pie");
                }
            }
            case 4 -> throw wrong("core file (ET_CORE); name the %s itself", purpose.word());
            default -> throw wrong("not an executable (e_type %d); link it as one (ET_EXEC)", type);
        }
    }

    private List<Segment> segments() {
        int count = half(44);
        long first = word(28);
        if (count == 0) {
            throw wrong("no program headers; link it as an executable");
        }
        if (count > MOST_PROGRAM_HEADERS) {
            throw wrong("%d program headers, more than %d; build it again", count, MOST_PROGRAM_HEADERS);
        }
        if (half(42) != PROGRAM_HEADER_BYTES) {
            throw wrong("program headers of %d bytes instead of %d; build it again", half(42), PROGRAM_HEADER_BYTES);
        }
        long tableBytes = (long) count * PROGRAM_HEADER_BYTES;
        if (!inFile(first, tableBytes)) {
            throw truncated("table of program headers", first + tableBytes);
        }
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = first + (long) i * PROGRAM_HEADER_BYTES;
            long type = word(at);
            if (type == INTERPRETER || type == DYNAMIC && purpose != ElfPurpose.LIBRARY) {
                throw wrong("dynamically linked (program header %d); link it with -static -no-pie", i);
            }
            if (type == LOAD && word(at + 20) + word(at + 16) != 0) {
                segments.add(segment(i, at));
            }
        }
        if (segments.isEmpty()) {
            throw wrong("nothing to load (no PT_LOAD program header); link it as an executable");
        }
        return segments;
    }

    private Segment segment(int index, long at) {
        long offset = word(at + 4);
        long linear = word(at + 8);
        long physical = word(at + 12);
        long fileSize = word(at + 16);
        long memorySize = word(at + 20);
        if (memorySize < fileSize) {
            throw wrong(
                    "segment %d has %d bytes in the file but only %d in memory; build it again",
                    index, fileSize, memorySize);
        }
        if (!inFile(offset, fileSize)) {
            throw truncated("segment " + index, offset + fileSize);
        }
        if (physical + memorySize > ADDRESSES || linear + memorySize > ADDRESSES) {
            throw wrong("segment %d of %d bytes ends beyond 4 GB; check the linker script", index, memorySize);
        }
        return new Segment(index, physical, linear, offset, fileSize, memorySize, rights(word(at + 24)));
    }

    private static int rights(long flags) {
        return ((flags & FLAG_READ) != 0 ? Rights.READ : 0)
                | ((flags & FLAG_WRITE) != 0 ? Rights.WRITE : 0)
                | ((flags & FLAG_EXECUTE) != 0 ? Rights.EXECUTE : 0);
    }

    // Symbols

    private SortedMap<String, Long> functions() {
        SortedMap<String, Long> functions = new TreeMap<>();
        int count = half(48);
        long first = word(32);
        if (first == 0 || count == 0) {
            return functions;
        }
        if (half(46) != SECTION_HEADER_BYTES) {
            throw wrong("section headers of %d bytes instead of %d; build it again", half(46), SECTION_HEADER_BYTES);
        }
        long tableBytes = (long) count * SECTION_HEADER_BYTES;
        if (!inFile(first, tableBytes)) {
            throw truncated("table of section headers", first + tableBytes);
        }
        for (int i = 0; i < count; i++) {
            long section = first + (long) i * SECTION_HEADER_BYTES;
            if (word(section + 4) == SYMBOL_TABLE) {
                addFunctions(functions, section, first, count);
            }
        }
        return functions;
    }

    private void addFunctions(SortedMap<String, Long> functions, long section, long sections, int count) {
        long symbols = word(section + 16);
        long size = word(section + 20);
        long link = word(section + 24);
        if (!inFile(symbols, size)) {
            throw truncated("symbol table", symbols + size);
        }
        if (word(section + 36) != SYMBOL_BYTES || link >= count) {
            throw wrong("damaged symbol table; build it again or strip it");
        }
        long names = sections + link * SECTION_HEADER_BYTES;
        long text = word(names + 16);
        long textBytes = word(names + 20);
        if (word(names + 4) != STRING_TABLE || !inFile(text, textBytes)) {
            throw wrong("damaged table of symbol names; build it again or strip it");
        }
        for (long at = symbols; at + SYMBOL_BYTES <= symbols + size; at += SYMBOL_BYTES) {
            int info = file[(int) at + 12];
            if (isFunction(info & 0xf, half(at + 14), sections, count)) {
                String function = text(text, textBytes, word(at));
                boolean local = (info >> 4 & 0xf) == LOCAL;
                // Two functions of one name: the one that other files can call, else the first.
                if (local) {
                    functions.putIfAbsent(function, word(at + 4));
                } else {
                    functions.put(function, word(at + 4));
                }
            }
        }
    }

    /** Whether a symbol is a function. Assemblers that say no types make them labels in a section of instructions. */
    private boolean isFunction(int type, int section, long sections, int count) {
        if (type == FUNCTION) {
            return section != UNDEFINED;
        }
        return type == NO_TYPE
                && section != UNDEFINED
                && section < count
                && (word(sections + (long) section * SECTION_HEADER_BYTES + 8) & SECTION_HAS_INSTRUCTIONS) != 0;
    }

    private String text(long table, long tableBytes, long offset) {
        long limit = Math.min(tableBytes, offset + LONGEST_NAME + 1);
        long end = offset;
        while (end < limit && file[(int) (table + end)] != 0) {
            end++;
        }
        if (end >= limit) {
            throw wrong("damaged name in the symbol table; build it again or strip it");
        }
        return new String(file, (int) (table + offset), (int) (end - offset), StandardCharsets.UTF_8);
    }
}

package org.pagetrail.recorder.kernel.elf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.pagetrail.traces.event.Rights;

/**
 * An ELF32 executable for i386 (System V ABI, Intel386 supplement; TIS ELF specification 1.2).
 *
 * <pre>
 *  file header                         program header, 32 bytes
 *   0  7f 'E' 'L' 'F' class data ver    0 type   4 offset    8 vaddr   12 paddr
 *  16 type   18 machine   24 entry     16 filesz 20 memsz   24 flags   28 align
 *  28 phoff  32 shoff
 *  42 phentsize 44 phnum               section header, 40 bytes: 4 type  16 offset 20 size 24 link
 *  46 shentsize 48 shnum               symbol, 16 bytes: 0 name  4 value  12 info
 * </pre>
 *
 * @param name what complaints and traces call it
 * @param bytes the file
 * @param sha256 of the file, hexadecimal
 * @param entry the linear or physical address to begin at
 * @param segments that take memory, in the file's order
 * @param functions addresses of functions by name; empty for a stripped file
 */
public record ElfImage(
        String name, byte[] bytes, String sha256, long entry, List<Segment> segments, Map<String, Long> functions) {
    private static final long LARGEST_FILE = 64L << 20;
    private static final int MOST_PROGRAM_HEADERS = 64;
    private static final int MOST_SYMBOLS = 1 << 16;
    private static final int LONGEST_NAME = 256;
    private static final int HEADER_BYTES = 52;
    private static final int PROGRAM_HEADER_BYTES = 32;
    private static final int SECTION_HEADER_BYTES = 40;
    private static final int SYMBOL_BYTES = 16;

    private static final int CLASS_32 = 1;
    private static final int LITTLE_ENDIAN = 1;
    private static final int ET_EXEC = 2;
    private static final int EM_386 = 3;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int SHT_SYMTAB = 2;
    private static final int STT_NOTYPE = 0;
    private static final int STT_FUNC = 2;
    private static final int PF_X = 1;
    private static final int PF_W = 2;
    private static final int PF_R = 4;

    /**
     * The executable in a file.
     *
     * @throws ElfFormatException when it is none that can be used
     */
    public static ElfImage read(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new ElfFormatException(file + " is a directory; name an ELF32 i386 executable");
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw new ElfFormatException(file + " is larger than 64 MB; strip it, or name the right file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return parse(in.readAllBytes(), file.getFileName().toString());
            }
        } catch (NoSuchFileException e) {
            throw new ElfFormatException(file + " does not exist; name an ELF32 i386 executable", e);
        } catch (IOException e) {
            throw new ElfFormatException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The executable in these bytes.
     *
     * @param name what complaints call it
     * @throws ElfFormatException when it is none that can be used
     */
    public static ElfImage parse(byte[] bytes, String name) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        checkHeader(file, name);
        List<Segment> segments = segments(file, name);
        if (segments.isEmpty()) {
            throw new ElfFormatException(name + ": nothing in it is to be loaded (no PT_LOAD); link it with segments");
        }
        long entry = Integer.toUnsignedLong(file.getInt(24));
        return new ElfImage(name, bytes, sha256(bytes), entry, List.copyOf(segments), functions(file));
    }

    private static void checkHeader(ByteBuffer file, String name) {
        int size = file.limit();
        boolean elf =
                size >= 4 && file.get(0) == 0x7f && file.get(1) == 'E' && file.get(2) == 'L' && file.get(3) == 'F';
        if (!elf) {
            throw new ElfFormatException(
                    name + (size == 0 ? " is empty" : " is no ELF file") + "; name an ELF32 i386 executable");
        }
        if (size >= 6 && file.get(4) != CLASS_32) {
            throw new ElfFormatException(name + " is no 32-bit ELF file; build the kernel with -m32");
        }
        if (size >= 6 && file.get(5) != LITTLE_ENDIAN) {
            throw new ElfFormatException(name + " is not little-endian; build the kernel for i386");
        }
        if (size < HEADER_BYTES) {
            throw new ElfFormatException(name + " is cut inside its header; build or copy it again");
        }
        if (file.getShort(18) != EM_386) {
            throw new ElfFormatException(name + " is for another machine (e_machine " + (file.getShort(18) & 0xffff)
                    + "); build the kernel for i386");
        }
        if (file.getShort(16) != ET_EXEC) {
            throw new ElfFormatException(name + " is no executable (e_type " + (file.getShort(16) & 0xffff)
                    + "); link it with fixed addresses, not as an object, a library or position-independent");
        }
    }

    private static List<Segment> segments(ByteBuffer file, String name) {
        long offset = Integer.toUnsignedLong(file.getInt(28));
        int count = file.getShort(44) & 0xffff;
        int entryBytes = file.getShort(42) & 0xffff;
        if (count > MOST_PROGRAM_HEADERS || count > 0 && entryBytes != PROGRAM_HEADER_BYTES) {
            throw new ElfFormatException(name + " has " + count + " program headers of " + entryBytes
                    + " bytes; at most " + MOST_PROGRAM_HEADERS + " of 32 can be used: link it anew");
        }
        if (offset + (long) count * PROGRAM_HEADER_BYTES > file.limit()) {
            throw new ElfFormatException(name + " is cut inside its program headers; build or copy it again");
        }
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = (int) offset + i * PROGRAM_HEADER_BYTES;
            int type = file.getInt(at);
            if (type == PT_DYNAMIC || type == PT_INTERP) {
                throw new ElfFormatException(name + " is linked dynamically; link it with -static");
            }
            if (type == PT_LOAD && file.getInt(at + 20) != 0) {
                segments.add(segment(file, name, i, at));
            }
        }
        return segments;
    }

    private static Segment segment(ByteBuffer file, String name, int index, int at) {
        long fileOffset = Integer.toUnsignedLong(file.getInt(at + 4));
        long linear = Integer.toUnsignedLong(file.getInt(at + 8));
        long physical = Integer.toUnsignedLong(file.getInt(at + 12));
        long fileSize = Integer.toUnsignedLong(file.getInt(at + 16));
        long memorySize = Integer.toUnsignedLong(file.getInt(at + 20));
        int flags = file.getInt(at + 24);
        String which = name + ": segment " + index;
        if (fileSize > memorySize) {
            throw new ElfFormatException(which + " has more bytes in the file than in memory; link it anew");
        }
        if (fileOffset + fileSize > file.limit()) {
            throw new ElfFormatException(which + " is cut: its contents end at byte " + (fileOffset + fileSize) + " of "
                    + file.limit() + "; build or copy it again");
        }
        if (linear + memorySize > 1L << 32 || physical + memorySize > 1L << 32) {
            throw new ElfFormatException(which + " ends above 4 GB; link it anew");
        }
        int rights = ((flags & PF_R) != 0 ? Rights.READ : 0)
                | ((flags & PF_W) != 0 ? Rights.WRITE : 0)
                | ((flags & PF_X) != 0 ? Rights.EXECUTE : 0);
        return new Segment(index, physical, linear, (int) fileOffset, fileSize, memorySize, rights);
    }

    /** The functions of the symbol table. It helps and is not needed: where it is not sane, there are none. */
    private static Map<String, Long> functions(ByteBuffer file) {
        Map<String, Long> functions = new TreeMap<>();
        try {
            int sections = file.getInt(32);
            int count = sections == 0 ? 0 : file.getShort(48) & 0xffff;
            for (int i = 0; i < count; i++) {
                int at = Math.addExact(sections, i * SECTION_HEADER_BYTES);
                if (file.getInt(at + 4) == SHT_SYMTAB) {
                    int names = Math.addExact(sections, file.getInt(at + 24) * SECTION_HEADER_BYTES);
                    symbols(file, file.getInt(at + 16), file.getInt(at + 20), file.getInt(names + 16), functions);
                }
            }
        } catch (IndexOutOfBoundsException | BufferUnderflowException | ArithmeticException e) {
            functions.clear();
        }
        return Map.copyOf(functions);
    }

    private static void symbols(ByteBuffer file, int offset, int size, int names, Map<String, Long> functions) {
        for (int i = 0; i < Math.min(MOST_SYMBOLS, size / SYMBOL_BYTES); i++) {
            int at = offset + i * SYMBOL_BYTES;
            int type = file.get(at + 12) & 0xf;
            int nameOffset = file.getInt(at);
            if ((type == STT_FUNC || type == STT_NOTYPE) && nameOffset != 0) {
                functions.put(text(file, names + nameOffset), Integer.toUnsignedLong(file.getInt(at + 4)));
            }
        }
    }

    private static String text(ByteBuffer file, int at) {
        int end = at;
        while (file.get(end) != 0 && end - at < LONGEST_NAME) {
            end++;
        }
        return new String(file.array(), file.arrayOffset() + at, end - at, StandardCharsets.ISO_8859_1);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

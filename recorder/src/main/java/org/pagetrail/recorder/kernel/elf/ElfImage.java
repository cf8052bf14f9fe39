package org.pagetrail.recorder.kernel.elf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pagetrail.traces.event.Rights;

/**
 * An ELF32 i386 executable or shared object: its entry point, the segments that are loaded of it, and its functions.
 *
 * <p>Addresses and sizes are unsigned 32-bit values in {@code long}. A range that is made of them ends at 4 GB at most.
 */
public final class ElfImage {
    /** The largest file that is read: 64 MB. The image itself has less than the kernel region; the rest is debug information. */
    public static final long LARGEST_FILE = 64L << 20;

    private final String name;
    private final byte[] file;
    private final long entry;
    private final List<Segment> segments;
    private final SortedMap<String, Long> functions;

    ElfImage(String name, byte[] file, long entry, List<Segment> segments, SortedMap<String, Long> functions) {
        this.name = name;
        this.file = file;
        this.entry = entry;
        this.segments = List.copyOf(segments);
        this.functions = Collections.unmodifiableSortedMap(new TreeMap<>(functions));
    }

    /**
     * A loadable segment (a program header of type PT_LOAD that takes memory).
     *
     * @param index which program header it is, from 0
     * @param physical where the boot loader places it (p_paddr)
     * @param linear where its code believes to be (p_vaddr)
     * @param fileOffset first byte of its content in the file
     * @param fileSize bytes of content; the rest of the memory is zeros
     * @param memorySize bytes of memory, at least one and no less than the content
     * @param rights as in {@link Rights}: READ, WRITE and EXECUTE
     */
    public record Segment(
            int index, long physical, long linear, long fileOffset, long fileSize, long memorySize, int rights) {
        /** The physical address after its last byte. */
        public long physicalEnd() {
            return physical + memorySize;
        }

        /** The linear address after its last byte. */
        public long linearEnd() {
            return linear + memorySize;
        }

        /** Whether a right is among its rights. */
        public boolean has(int right) {
            return Rights.has(rights, right);
        }

        /** As messages call it: its number and its physical range. */
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "segment %d (physical 0x%08x-0x%08x)", index, physical, physicalEnd() - 1);
        }
    }

    /**
     * Reads an executable from a file.
     *
     * @throws ElfFormatException when it cannot be read or is not an ELF32 i386 executable; the message has the path
     */
    public static ElfImage read(Path path) {
        return read(path, path.getFileName().toString());
    }

    /**
     * Reads an executable from a file that traces call by another name.
     *
     * @throws ElfFormatException as {@link #read(Path)}
     */
    public static ElfImage read(Path path, String called) {
        return read(path, called, ElfPurpose.KERNEL);
    }

    /**
     * Reads an ELF file that is to be of some use.
     *
     * @throws ElfFormatException as {@link #read(Path)}
     */
    public static ElfImage read(Path path, String called, ElfPurpose purpose) {
        String wanted = "; name an ELF32 i386 " + purpose.word();
        String name = path.toString();
        if (Files.isDirectory(path)) {
            throw new ElfFormatException(name + ": a directory" + wanted);
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new ElfFormatException(name + ": not a regular file" + wanted);
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] file = in.readNBytes((int) LARGEST_FILE + 1);
            return new ElfParser(file, name, purpose).parse(called);
        } catch (NoSuchFileException e) {
            throw new ElfFormatException(name + ": no such file" + wanted, e);
        } catch (AccessDeniedException e) {
            throw new ElfFormatException(name + ": permission denied; make the file readable", e);
        } catch (IOException e) {
            throw new ElfFormatException(
                    name + ": cannot be read (" + e.getMessage() + "); check the file and its disk", e);
        }
    }

    /**
     * Reads an executable from bytes.
     *
     * @param file the whole file; not to be changed afterwards
     * @param name what messages call it
     * @throws ElfFormatException when it is not an ELF32 i386 executable
     */
    public static ElfImage parse(byte[] file, String name) {
        return parse(file, name, ElfPurpose.KERNEL);
    }

    /**
     * Reads an ELF file that is to be of some use from bytes.
     *
     * @throws ElfFormatException as {@link #parse(byte[], String)}
     */
    public static ElfImage parse(byte[] file, String name, ElfPurpose purpose) {
        return new ElfParser(file, name, purpose).parse(name);
    }

    /** What messages call it: for a file its name without directories, so that it can stand in a trace. */
    public String name() {
        return name;
    }

    /** Where the boot loader jumps to, as the file says it: a linear address (e_entry). */
    public long entry() {
        return entry;
    }

    /** The loadable segments, in the file's order; at least one. */
    public List<Segment> segments() {
        return segments;
    }

    /** Linear addresses of the functions that the symbol table names, in the order of names; none without a symbol table. */
    public SortedMap<String, Long> functions() {
        return functions;
    }

    /** A copy of the file's content of one of the segments. */
    public byte[] content(Segment segment) {
        int from = (int) segment.fileOffset();
        return Arrays.copyOfRange(file, from, from + (int) segment.fileSize());
    }

    /** The file's size in bytes. */
    public int size() {
        return file.length;
    }

    /** The SHA-256 of the file, as 64 hexadecimal digits. */
    public String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}

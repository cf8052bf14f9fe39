package org.pagetrail.recorder.kernel.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.recorder.kernel.elf.ElfImage.Segment;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.PlanFile;

class UserImageTest {
    private static final Plan PLAN = PlanFile.standard();
    private static final int EXECUTABLE = 2;
    private static final int SHARED = 3;
    private static final int NOTE = 4;
    private static final int TLS = 7;
    private static final int RELRO = 0x6474_e552;
    private static final int BYTES = 0x3000;

    @TempDir
    Path directory;

    /** An ELF file of some pages whose program headers the test says: type, offset, address, file size, memory size, rights. */
    private static final class File {
        private final int type;
        private final long entry;
        private final List<long[]> headers = new ArrayList<>();

        File(int type, long entry) {
            this.type = type;
            this.entry = entry;
        }

        /** A program of a page of code, a page of data, and three pages in .bss. */
        static File program() {
            return new File(EXECUTABLE, 0x0804_8100L)
                    .load(0x0000, 0x0804_8000L, 0x0234, 0x0234, ElfFile.RX)
                    .load(0x1ff0, 0x0804_aff0L, 0x0030, 0x3000, ElfFile.RW);
        }

        File load(long offset, long linear, long fileSize, long memorySize, int rights) {
            return header(1, offset, linear, fileSize, memorySize, rights);
        }

        File header(int kind, long offset, long linear, long fileSize, long memorySize, int rights) {
            headers.add(new long[] {kind, offset, linear, fileSize, memorySize, rights});
            return this;
        }

        byte[] bytes() {
            ByteBuffer file = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.put(new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1});
            file.putShort(16, (short) type)
                    .putShort(18, (short) 3)
                    .putInt(20, 1)
                    .putInt(24, (int) entry);
            file.putInt(28, 52).putShort(40, (short) 52).putShort(42, (short) 32);
            file.putShort(44, (short) headers.size());
            for (int i = 0; i < headers.size(); i++) {
                long[] header = headers.get(i);
                int rights = (int) header[5];
                int flags =
                        (rights & Rights.READ) * 4 | rights & Rights.WRITE | (rights & Rights.EXECUTE) / Rights.EXECUTE;
                int at = 52 + 32 * i;
                file.putInt(at, (int) header[0]).putInt(at + 4, (int) header[1]).putInt(at + 8, (int) header[2]);
                file.putInt(at + 12, (int) header[2]).putInt(at + 16, (int) header[3]);
                file.putInt(at + 20, (int) header[4]).putInt(at + 24, flags).putInt(at + 28, 0x1000);
            }
            return file.array();
        }
    }

    private static UserImage program(File file) {
        return UserImage.program(ElfImage.parse(file.bytes(), "a.out", ElfPurpose.PROGRAM), PLAN);
    }

    private static UserImage library(File file) {
        return UserImage.library(ElfImage.parse(file.bytes(), "a.out", ElfPurpose.LIBRARY), PLAN);
    }

    private static void assertRefused(String says, Runnable read) {
        String message = assertThrows(ElfFormatException.class, read::run).getMessage();
        assertTrue(message.startsWith("a.out: ") && message.contains(says), message);
        assertFalse(message.contains("\n"), message);
        assertTrue(
                message.contains("; ") || message.contains(": build it"), "says nothing about what to do: " + message);
    }

    @Test
    void aProgramsSegmentsAreThoseOfItsFile() {
        UserImage image = program(File.program());
        assertEquals(
                List.of(
                        new Segment(0, 0x0804_8000L, 0x0804_8000L, 0, 0x234, 0x234, ElfFile.RX),
                        new Segment(1, 0x0804_aff0L, 0x0804_aff0L, 0x1ff0, 0x30, 0x3000, ElfFile.RW)),
                image.segments());
        assertEquals(0x0804_8100L, image.elf().entry());
        assertEquals("a.out", image.name());
    }

    @Test
    void whatACLibraryAddsToAStaticProgramIsPassedOver() {
        File file = File.program()
                .header(TLS, 0x1ff0, 0x0804_aff0L, 0x10, 0x20, ElfFile.R)
                .header(NOTE, 0x100, 0x0804_8100L, 0x20, 0x20, ElfFile.R)
                .header(RELRO, 0x1ff0, 0x0804_aff0L, 0x10, 0x10, ElfFile.R)
                .header(0x6474_e551, 0, 0, 0, 0, ElfFile.RW);
        assertEquals(2, program(file).segments().size());
    }

    @Test
    void aProgramThatNeedsALoaderIsRefused() {
        assertRefused(
                "dynamically linked (program header 2); link it with -static -no-pie",
                () -> program(File.program().header(3, 0x100, 0x0804_8100L, 19, 19, ElfFile.R)));
        assertRefused(
                "dynamically linked",
                () -> program(File.program().header(2, 0x1ff0, 0x0804_aff0L, 19, 19, ElfFile.RW)));
        assertRefused(
                "shared object or PIE (ET_DYN); link it at fixed addresses with -no-pie",
                () -> program(new File(SHARED, 0x1000).load(0x1000, 0x1000, 0x10, 0x10, ElfFile.RX)));
    }

    @Test
    void aProgramOf64BitsIsRefused() {
        byte[] wide = File.program().bytes();
        wide[4] = 2;
        wide[18] = 62;
        assertRefused(
                "64-bit ELF (EM_X86_64); pagetrail records ELF32 i386 programs: build it with -m32",
                () -> ElfImage.parse(wide, "a.out", ElfPurpose.PROGRAM));
    }

    @Test
    void aProgramCutWithinItsSegmentsIsRefused() {
        byte[] file = File.program().bytes();
        for (int length : new int[] {0, 3, 20, 51, 60, 0x233, 0x201f}) {
            assertRefused("", () -> ElfImage.parse(Arrays.copyOf(file, length), "a.out", ElfPurpose.PROGRAM));
        }
        assertEquals(
                2,
                ElfImage.parse(Arrays.copyOf(file, 0x2020), "a.out", ElfPurpose.PROGRAM)
                        .segments()
                        .size());
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, 0x1000, 0x0804_7000L, 0x3fff_f800L, 0x4000_0000L, 0xbf80_0000L, 0xc000_0000L, 0xffff_f000L})
    void aSegmentOutsideOfTheImageAndTheHeapIsRefused(long linear) {
        assertRefused(
                "lies outside of the plan's user image and heap, 0x08048000-0x3fffffff; link it to lie there",
                () -> program(File.program().load(0, linear, 0x10, linear == 0x3fff_f800L ? 0x801 : 0x10, ElfFile.R)));
    }

    @Test
    void aSegmentMayEndWhereTheHeapsRegionEnds() {
        assertEquals(
                3,
                program(File.program().load(0x800, 0x3fff_f800L, 0x10, 0x800, ElfFile.R))
                        .segments()
                        .size());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x0804_7fffL, 0x0804_8234L, 0x0804_aff0L, 0xc000_0000L})
    void anEntryOutsideOfTheCodeIsRefused(long entry) {
        File file = new File(EXECUTABLE, entry);
        file.headers.addAll(File.program().headers);
        assertRefused("is in no executable segment; build it again", () -> program(file));
    }

    @Test
    void aProgramWithoutCodeIsRefused() {
        File file = new File(EXECUTABLE, 0x0804_8100L).load(0, 0x0804_8000L, 0x234, 0x234, ElfFile.RW);
        assertRefused("its entry point 0x08048100 is in no executable segment", () -> program(file));
        assertRefused("no program headers", () -> program(new File(EXECUTABLE, 0)));
        assertRefused("nothing to load", () -> program(new File(EXECUTABLE, 0).header(NOTE, 0, 0, 1, 1, 1)));
    }

    @Test
    void segmentsThatShareAPageAreRefused() {
        assertRefused(
                "segment 1 (0x0804aff0-0x0804dfef) and segment 2 (0x0804d800-0x0804d80f) have a page in common; link it"
                        + " with segments on pages of their own",
                () -> program(File.program().load(0x800, 0x0804_d800L, 0x10, 0x10, ElfFile.R)));
        assertRefused(
                "have a page in common",
                () -> program(File.program().load(0x300, 0x0804_8300L, 0x10, 0x10, ElfFile.R)));
        program(File.program().load(0, 0x0804_e000L, 0x10, 0x10, ElfFile.R));
    }

    @Test
    void aSegmentWhosePagesTheFileDoesNotHaveAsSuchIsRefused() {
        assertRefused(
                "segment 2 (0x08050000-0x0805000f) is at offset 0x34 in the file: that and its address differ modulo 4 KB",
                () -> program(File.program().load(0x34, 0x0805_0000L, 0x10, 0x10, ElfFile.R)));
        UserImage zeros = program(File.program().load(0x34, 0x0805_0000L, 0, 0x10, ElfFile.RW));
        assertEquals(3, zeros.segments().size(), "what has no content has no pages in the file");
    }

    @Test
    void aLibraryLiesWhereverThereIsRoomForIt() {
        File file = new File(SHARED, 0)
                .load(0, 0, 0x100, 0x100, ElfFile.R)
                .load(0x1000, 0x1000, 0x100, 0x100, ElfFile.RX)
                .load(0x2000, 0x3000, 0x100, 0x4000, ElfFile.RW)
                .header(2, 0x2000, 0x3000, 0x40, 0x40, ElfFile.RW);
        assertEquals(3, library(file).segments().size(), "PT_DYNAMIC is no reason to refuse it");
    }

    @Test
    void aFileThatIsNoLibraryIsRefusedAsOne() {
        assertRefused(
                "an executable (ET_EXEC), no shared library; link it with -shared", () -> library(File.program()));
        assertRefused(
                "segment 0 (0x00000000-0x7f800000) does not fit into the plan's 2,040 MB for shared libraries",
                () -> library(new File(SHARED, 0).load(0, 0, 0x10, 0x7f80_0001L, ElfFile.R)));
        assertRefused(
                "nothing to load",
                () -> library(new File(SHARED, 0).header(2, 0x2000, 0x3000, 0x40, 0x40, ElfFile.RW)));
        assertRefused(
                "have a page in common",
                () -> library(new File(SHARED, 0)
                        .load(0, 0, 0x100, 0x100, ElfFile.R)
                        .load(0x200, 0x200, 0x10, 0x10, ElfFile.RW)));
        assertRefused("differ modulo 4 KB", () -> library(new File(SHARED, 0).load(0x10, 0, 0x100, 0x100, ElfFile.R)));
        assertRefused(
                "not an ELF file; name an ELF32 i386 shared library",
                () -> ElfImage.parse(new byte[99], "a.out", ElfPurpose.LIBRARY));
    }

    @Test
    void aFileWithFlippedBytesIsAProgramOrRefusedInOneLine() {
        byte[] file = File.program().bytes();
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = file.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged[random.nextInt(52 + 64)] = (byte) random.nextInt(256);
            }
            for (ElfPurpose purpose : List.of(ElfPurpose.PROGRAM, ElfPurpose.LIBRARY)) {
                try {
                    ElfImage elf = ElfImage.parse(damaged, "a.out", purpose);
                    UserImage image =
                            purpose == ElfPurpose.LIBRARY ? UserImage.library(elf, PLAN) : UserImage.program(elf, PLAN);
                    assertFalse(image.segments().isEmpty());
                    read++;
                } catch (ElfFormatException e) {
                    assertFalse(e.getMessage().contains("\n"), e.getMessage());
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed + ", round " + round, e);
                }
            }
        }
        assertTrue(read > 100, "seed " + seed + ": " + read);
    }

    @Test
    void theShippedProgramsFitThePlan() {
        for (String name : ShippedPrograms.PROGRAMS) {
            UserImage image =
                    UserImage.program(ElfImage.parse(ShippedPrograms.read(name), name, ElfPurpose.PROGRAM), PLAN);
            assertTrue(image.segments().stream().anyMatch(segment -> segment.has(Rights.WRITE)), name);
            Segment data = image.segments().get(image.segments().size() - 1);
            assertTrue(data.memorySize() - data.fileSize() > 2 * 4096, name + " has pages of .bss");
        }
        for (String name : ShippedPrograms.LIBRARIES) {
            UserImage image =
                    UserImage.library(ElfImage.parse(ShippedPrograms.read(name), name, ElfPurpose.LIBRARY), PLAN);
            assertTrue(
                    image.segments().stream().anyMatch(segment -> !segment.has(Rights.WRITE)),
                    name + " has pages to share");
            assertTrue(
                    image.segments().stream().anyMatch(segment -> segment.has(Rights.WRITE)),
                    name + " has pages of one's own");
        }
    }

    @Test
    void textAndDataOfAShippedProgramShareAPageOfItsFile() {
        List<Segment> segments = ElfImage.parse(ShippedPrograms.read("editor"), "editor", ElfPurpose.PROGRAM)
                .segments();
        long textEnds = segments.get(0).fileOffset() + segments.get(0).fileSize();
        long dataBegins = segments.get(1).fileOffset();
        assertTrue(dataBegins - textEnds < 4096, "it was linked without separate code");
    }

    private static final String SOURCE = """
            int counts[5000];
            int step = 3;
            const char text[] = "read-only";
            void _start(void) {
                for (int i = 0; i < 5000; i += step) {
                    counts[i] = text[i % 9];
                }
                for (;;) {
                }
            }
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Wl,-z,separate-code",
                "-Wl,-z,noseparate-code",
                "-Wl,-Ttext-segment=0x10000000",
                "-Wl,-s",
                "-Wl,-N"
            })
    void aProgramThatGccLinksNowIsRead(String option) throws IOException, InterruptedException {
        Path file = built("-static", "-no-pie", option);
        UserImage image = UserImage.program(ElfImage.read(file, "built", ElfPurpose.PROGRAM), PLAN);
        assertTrue(image.segments().size() >= 2 || option.endsWith("-N"), option);
        assertTrue(
                image.segments().stream().anyMatch(segment -> segment.memorySize() - segment.fileSize() >= 20_000),
                "counts is in .bss");
    }

    @Test
    void whatGccLinksOtherwiseIsRefused() throws IOException, InterruptedException {
        Path pie = built("-static-pie", "-fpie");
        assertTrue(assertThrows(ElfFormatException.class, () -> ElfImage.read(pie, "built", ElfPurpose.PROGRAM))
                .getMessage()
                .startsWith(pie + ": shared object or PIE (ET_DYN)"));
        Path packed = built("-static", "-no-pie", "-Wl,-z,max-page-size=16,-z,common-page-size=16");
        ElfImage elf = ElfImage.read(packed, "built", ElfPurpose.PROGRAM);
        assertTrue(assertThrows(ElfFormatException.class, () -> UserImage.program(elf, PLAN))
                .getMessage()
                .contains(" have a page in common; "));
        Path low = built("-static", "-no-pie", "-Wl,-Ttext-segment=0x400000");
        ElfImage outside = ElfImage.read(low, "built", ElfPurpose.PROGRAM);
        assertTrue(assertThrows(ElfFormatException.class, () -> UserImage.program(outside, PLAN))
                .getMessage()
                .contains("lies outside of the plan's user image"));
    }

    private Path built(String... options) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("program.c"), SOURCE);
        Path file = directory.resolve("built");
        List<String> command = new ArrayList<>(
                List.of("gcc", "-m32", "-O1", "-ffreestanding", "-nostdlib", "-fno-stack-protector", "-o", "built"));
        command.addAll(List.of(options));
        command.add("program.c");
        int status = -1;
        try {
            Process gcc = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile())
                    .start();
            assertTrue(gcc.waitFor(1, TimeUnit.MINUTES), "gcc is still running");
            status = gcc.exitValue();
        } catch (IOException e) {
            // There is none.
        }
        assumeTrue(status == 0, "needs a gcc that links for i386 with -m32; the shipped programs are read anyway");
        return file;
    }
}

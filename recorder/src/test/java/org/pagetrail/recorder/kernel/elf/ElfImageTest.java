package org.pagetrail.recorder.kernel.elf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ElfImageTest {
    private static final int FIRST = ElfFile.PROGRAM_HEADERS;

    private static String refusal(byte[] file) {
        String message = assertThrows(ElfFormatException.class, () -> ElfImage.parse(file, "kernel.elf"))
                .getMessage();
        assertOneLine(message);
        return message;
    }

    private static void assertOneLine(String message) {
        assertTrue(message.startsWith("kernel.elf: "), message);
        assertFalse(message.contains("\n"), message);
        assertTrue(message.contains(";"), "says nothing about what to do: " + message);
    }

    private static byte[] changed(Consumer<ByteBuffer> change) {
        byte[] file = ElfFile.small().bytes();
        change.accept(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
        return file;
    }

    @Test
    void segmentsAreReadAsTheFileSaysThem() {
        ElfImage image = ElfFile.small().image();
        assertEquals(0x10_000c, image.entry());
        assertEquals(
                List.of(
                        new ElfImage.Segment(0, 0x10_0000, 0x10_0000, FIRST + 96, 0x20, 0x20, ElfFile.RX),
                        new ElfImage.Segment(1, 0x10_1000, 0xc010_1000L, FIRST + 96 + 0x20, 0x30, 0x30, ElfFile.RX),
                        new ElfImage.Segment(2, 0x10_2000, 0xc010_2000L, FIRST + 96 + 0x50, 0x10, 0x2000, ElfFile.RW)),
                image.segments());
        byte[] twos = new byte[0x30];
        Arrays.fill(twos, (byte) 2);
        assertArrayEquals(twos, image.content(image.segments().get(1)));
    }

    @Test
    void functionsAreNamedByTheSymbolTable() {
        assertEquals(
                Map.of("start", 0x10_000cL, "pmm_init", 0xc010_1010L),
                ElfFile.small().image().functions());
    }

    @Test
    void ofTwoFunctionsWithOneNameTheOneThatOtherFilesCallCounts() {
        ElfImage image = ElfFile.small()
                .function("pmm_init", 0xc010_1020L, false)
                .function("pmm_init", 0xc010_1024L, true)
                .image();
        assertEquals(0xc010_1020L, image.functions().get("pmm_init"));
    }

    @Test
    void aLabelWithoutATypeIsAFunctionWhereItsSectionHasInstructions() {
        ElfImage image = ElfFile.small()
                .label("isr14", 0xc010_1004L, ElfFile.TEXT)
                .label("stack", 0xc010_2000L, 1)
                .label("KERNEL_BASE", 0xc000_0000L, 0xfff1)
                .label("outside", 0, 0)
                .image();
        assertEquals(Map.of("start", 0x10_000cL, "pmm_init", 0xc010_1010L, "isr14", 0xc010_1004L), image.functions());
    }

    @Test
    void aFileWithoutSectionHeadersHasNoFunctions() {
        byte[] stripped = changed(file -> file.putInt(32, 0).putShort(48, (short) 0));
        assertTrue(ElfImage.parse(stripped, "kernel.elf").functions().isEmpty());
    }

    @Test
    void aSegmentThatTakesNoMemoryIsLeftOut() {
        byte[] file = changed(bytes -> bytes.putInt(FIRST + 16, 0).putInt(FIRST + 20, 0));
        ElfImage image = ElfImage.parse(file, "kernel.elf");
        assertEquals(
                List.of(1, 2), image.segments().stream().map(s -> s.index()).toList());
    }

    @Test
    void theDigestIsThatOfTheFile() {
        byte[] file = ElfFile.small().bytes();
        assertEquals(64, ElfImage.parse(file, "kernel.elf").sha256().length());
        assertEquals(
                ElfImage.parse(file, "a").sha256(), ElfImage.parse(file, "b").sha256());
        assertFalse(ElfImage.parse(file, "a")
                .sha256()
                .equals(ElfImage.parse(changed(b -> b.put(7, (byte) 1)), "a").sha256()));
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("empty", new byte[0]),
                Arguments.of("not an ELF file", "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8)),
                Arguments.of("not an ELF file", new byte[] {0x7f, 'E', 'L'}),
                Arguments.of("64-bit ELF (EM_X86_64)", changed(b -> b.put(4, (byte) 2)
                        .putShort(18, (short) 62))),
                Arguments.of(
                        "64-bit ELF (EM_PPC64)",
                        changed(b -> b.put(4, (byte) 2).put(5, (byte) 2).putShort(18, (short) (21 << 8)))),
                Arguments.of("unknown ELF class 3", changed(b -> b.put(4, (byte) 3))),
                Arguments.of("big-endian", changed(b -> b.put(5, (byte) 2))),
                Arguments.of("unknown ELF byte order 0", changed(b -> b.put(5, (byte) 0))),
                Arguments.of("unknown ELF version", changed(b -> b.put(6, (byte) 0))),
                Arguments.of("unknown ELF version", changed(b -> b.putInt(20, 2))),
                Arguments.of("another machine (EM_ARM)", changed(b -> b.putShort(18, (short) 40))),
                Arguments.of("another machine (e_machine 9999)", changed(b -> b.putShort(18, (short) 9999))),
                Arguments.of("relocatable object", changed(b -> b.putShort(16, (short) 1))),
                Arguments.of("shared object or PIE", changed(b -> b.putShort(16, (short) 3))),
                Arguments.of("core file", changed(b -> b.putShort(16, (short) 4))),
                Arguments.of("e_type 65535", changed(b -> b.putShort(16, (short) -1))),
                Arguments.of("no program headers", changed(b -> b.putShort(44, (short) 0))),
                Arguments.of("65535 program headers", changed(b -> b.putShort(44, (short) -1))),
                Arguments.of("program headers of 33 bytes", changed(b -> b.putShort(42, (short) 33))),
                Arguments.of("truncated: its table of program headers", changed(b -> b.putInt(28, 0xffff_fff0))),
                Arguments.of("dynamically linked", changed(b -> b.putInt(FIRST + 32, 2))),
                Arguments.of("dynamically linked", changed(b -> b.putInt(FIRST + 32, 3))),
                Arguments.of(
                        "nothing to load",
                        changed(b -> b.putInt(FIRST, 0).putInt(FIRST + 32, 4).putInt(FIRST + 64, 6))),
                Arguments.of("segment 0 has 32 bytes in the file but only 31", changed(b -> b.putInt(FIRST + 20, 31))),
                Arguments.of("only 0 in memory", changed(b -> b.putInt(FIRST + 20, 0))),
                Arguments.of("truncated: its segment 1", changed(b -> b.putInt(FIRST + 36, 0x7fff_ffff))),
                Arguments.of("truncated: its segment 1", changed(b -> b.putInt(FIRST + 36, -1))),
                Arguments.of("beyond 4 GB", changed(b -> b.putInt(FIRST + 84, -1))),
                Arguments.of("beyond 4 GB", changed(b -> b.putInt(FIRST + 76, -16))),
                Arguments.of("section headers of 41 bytes", changed(b -> b.putShort(46, (short) 41))),
                Arguments.of("truncated: its table of section headers", changed(b -> b.putShort(48, (short) 5))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void aMalformedFileIsRefusedInOneLine(String says, byte[] file) {
        String message = refusal(file);
        assertTrue(message.contains(says), message);
    }

    @Test
    void a64BitKernelIsToldHowToBuildItself() {
        assertEquals(
                "kernel.elf: 64-bit ELF (EM_X86_64); pagetrail records ELF32 i386 kernels: build it with -m32",
                refusal(changed(b -> b.put(4, (byte) 2).putShort(18, (short) 62))));
    }

    @Test
    void aDamagedSymbolTableIsRefused() {
        byte[] file = ElfFile.small().bytes();
        int sections = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(32);
        Map.of(
                        sections + 56, "truncated: its symbol table",
                        sections + 64, "damaged symbol table",
                        sections + 76, "damaged symbol table",
                        sections + 84, "damaged table of symbol names",
                        sections + 96, "damaged table of symbol names",
                        sections + 100, "damaged table of symbol names")
                .forEach((at, says) -> {
                    String message = refusal(changed(b -> b.putInt(at, 0x7fff_fff0)));
                    assertTrue(message.contains(says), message);
                });
        String message = refusal(changed(b -> b.putInt(b.getInt(sections + 56) + 16, 0x7fff_fff0)));
        assertTrue(message.contains("damaged name"), message);
    }

    @Test
    void aNameIsReadUpToAnEndThatKeepsReadingShort() {
        String longest = "n".repeat(4096);
        assertTrue(ElfFile.small()
                .function(longest, 0xc010_1000L, false)
                .image()
                .functions()
                .containsKey(longest));
        String message =
                refusal(ElfFile.small().function(longest + "n", 0, false).bytes());
        assertTrue(message.contains("damaged name"), message);
    }

    @Test
    void aFileCutAnywhereIsRefused() {
        byte[] file = ElfFile.small().bytes();
        for (int length = 0; length < file.length; length++) {
            refusal(Arrays.copyOf(file, length));
        }
    }

    @Test
    void aFileWithFlippedBytesIsReadOrRefusedInOneLine() {
        byte[] file = ElfFile.small().bytes();
        int read = 0;
        int refused = 0;
        for (long seed = 0; seed < 40_000; seed++) {
            Random random = new Random(seed);
            byte[] damaged = file.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(file.length)] = (byte) random.nextInt(256);
            }
            try {
                KernelImage.of(ElfImage.parse(damaged, "kernel.elf"), new KernelRegion(0xc000_0000L, 4 << 20))
                        .functions();
                read++;
            } catch (ElfFormatException e) {
                assertOneLine(e.getMessage());
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(read > 1000 && refused > 1000, "read " + read + ", refused " + refused);
    }

    @Test
    void everyBitOfTheHeadersCanBeFlipped() {
        byte[] file = ElfFile.small().bytes();
        for (int bit = 0; bit < file.length * 8; bit++) {
            byte[] damaged = file.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                ElfImage.parse(damaged, "kernel.elf");
            } catch (ElfFormatException e) {
                assertOneLine(e.getMessage());
            }
        }
    }

    @Test
    void aFileIsReadFromItsPath(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("k.elf");
        Files.write(path, ElfFile.small().bytes());
        assertEquals(3, ElfImage.read(path).segments().size());
        assertEquals("k.elf", ElfImage.read(path).name());
    }

    @Test
    void whatIsNoReadableFileIsRefused(@TempDir Path directory) throws IOException {
        assertRefused(directory, "a directory");
        assertRefused(directory.resolve("missing"), "no such file");
        Path link = directory.resolve("link");
        Files.createSymbolicLink(link, directory.resolve("nowhere"));
        assertRefused(link, "no such file");
        Path empty = Files.createFile(directory.resolve("empty"));
        assertRefused(empty, "empty");
        assertRefused(Files.writeString(directory.resolve("text"), "#!/bin/sh"), "not an ELF file");
    }

    @Test
    void aFileWithoutPermissionIsRefused(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("k.elf");
        Files.write(path, ElfFile.small().bytes());
        assumeFalse(!path.toFile().setReadable(false) || Files.isReadable(path), "permissions do not bind this user");
        assertRefused(path, "permission denied");
    }

    private static void assertRefused(Path path, String says) {
        String message = assertThrows(ElfFormatException.class, () -> ElfImage.read(path))
                .getMessage();
        assertTrue(message.startsWith(path + ": " + says) && message.contains("; "), message);
    }
}

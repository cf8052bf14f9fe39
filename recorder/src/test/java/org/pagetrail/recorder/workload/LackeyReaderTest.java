package org.pagetrail.recorder.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LackeyReaderTest {
    private static final String ONE = "I  0401ab70,3\n";
    private static final String HINT = "; use --lenient to skip such lines";

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("references");
    }

    private Path written(byte[] bytes) throws IOException {
        return Files.write(file, bytes);
    }

    private Path written(String text) throws IOException {
        return written(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private List<String> read(boolean lenient) {
        try (LackeyReader reader = LackeyReader.open(file, lenient)) {
            return PlainLackey.all(reader);
        }
    }

    private String refusal(boolean lenient) {
        String message =
                assertThrows(LackeyFormatException.class, () -> read(lenient)).getMessage();
        assertFalse(message.contains("\n"), message);
        assertTrue(message.startsWith(file.toString()), message);
        assertTrue(message.contains("; "), "says nothing about what to do: " + message);
        return message.substring(file.toString().length());
    }

    @Test
    void eachKindOfRecordIsRead() throws IOException {
        written("I  0401ab70,3\n L 1fff000780,8\n S 1fff000778,16\n M 0404b2d8,4\n");
        assertEquals(
                List.of("1: FETCH 401ab70 3", "2: LOAD 1fff000780 8", "3: STORE 1fff000778 16", "4: MODIFY 404b2d8 4"),
                read(false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "7",
                "abc",
                "ABC",
                "0401ab7",
                "0401AB70",
                "00400000",
                "ffffffff",
                "123456789",
                "1fff000778",
                "7fffffffffffff0",
                "ffffffffff600000",
                "fffffffffffffff8",
                "000000000000000f",
                "9a9a9a9a9a9a9a9a"
            })
    void anAddressHasOneToSixteenDigits(String digits) throws IOException {
        // Behind it, as many that the short way is taken, and none.
        for (String after : List.of("", ONE.repeat(10))) {
            written(" L " + digits + ",8\n" + after);
            assertEquals(
                    "1: LOAD " + Long.toHexString(Long.parseUnsignedLong(digits, 16)) + " 8",
                    read(false).get(0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 10, 16, 32, 99, 100, 512, 4095, 4096})
    void aSizeIsOneByteToAPage(int size) throws IOException {
        for (String after : List.of("", ONE.repeat(10))) {
            written(" S 0401ab70," + size + "\n" + after);
            assertEquals("1: STORE 401ab70 " + size, read(false).get(0));
        }
    }

    @Test
    void valgrindsOwnLinesArePassedOverWhereverTheyStand() throws IOException {
        written("==162== Lackey, an example Valgrind tool\n==162== \n" + ONE + "--162-- warning\n**162** printed\n"
                + "==00:00:00:01.234 162== timed\n" + ONE + "==162== Exit code:       0\n");
        try (LackeyReader reader = LackeyReader.open(file, false)) {
            assertEquals(List.of("3: FETCH 401ab70 3", "7: FETCH 401ab70 3"), PlainLackey.all(reader));
            assertEquals(0, reader.skipped());
            assertEquals(2, reader.records());
            assertEquals(8, reader.line());
        }
    }

    @Test
    void anOwnLineMayBeLongerThanAnyBuffer() throws IOException {
        written(ONE + "==162== Command: " + "x".repeat(3_000_000) + "\n" + ONE);
        assertEquals(List.of("1: FETCH 401ab70 3", "3: FETCH 401ab70 3"), read(false));
    }

    @Test
    void linesMayEndWithCarriageReturns() throws IOException {
        written("==162== Lackey\r\n" + "I  0401ab70,3\r\n".repeat(20));
        assertEquals(20, read(false).size());
    }

    @Test
    void theLastLineNeedsNoEnd() throws IOException {
        written(ONE.repeat(30) + " L 1fff000780,8");
        assertEquals("31: LOAD 1fff000780 8", read(false).get(30));
        written("I  0401ab70,3");
        assertEquals(List.of("1: FETCH 401ab70 3"), read(false));
        written(ONE + "==162== killed");
        assertEquals(List.of("1: FETCH 401ab70 3"), read(false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r",
                "I",
                "I  ",
                "I  ,3",
                "I  0401ab70",
                "I  0401ab70,",
                "I  0401ab70,3 ",
                "I  0401ab70,-3",
                "I  0401ab70, 3",
                "I  0401ab7g,3",
                "I  0x0401ab,3",
                "I 0401ab70,3",
                "I   401ab70,3",
                "L  0401ab70,3",
                " I 0401ab70,3",
                " X 0401ab70,3",
                "  L0401ab70,3",
                "i  0401ab70,3",
                "I  11112222333344445,3",
                "SB 0401ab70",
                "42I  0401ab70,3",
                "==",
                "====",
                "== ==",
                "==162=",
                "=162=",
                "I  0401ab70,3,3",
                "I  0401ab70,3\u00e4"
            })
    void aLineThatIsNoRecordIsRefused(String line) throws IOException {
        for (String after : List.of("", ONE.repeat(10))) {
            written(ONE + "==162== own\n" + line + "\n" + after);
            String shown = line.replace("\r", "").replace("\u00e4", "?");
            assertEquals(
                    ":3: '" + shown + "' is no record: I, L, S or M, an address, a comma and a size are" + HINT,
                    refusal(false));
            try (LackeyReader reader = LackeyReader.open(file, true)) {
                assertEquals(
                        1 + after.length() / ONE.length(),
                        PlainLackey.all(reader).size());
                assertEquals(1, reader.skipped());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "00", "4097", "10000", "99999999999999999999"})
    void aSizeThatNoReferenceHasIsRefused(String size) throws IOException {
        for (String after : List.of("", ONE.repeat(10))) {
            written(" S 0401ab70," + size + "\n" + after);
            assertEquals(
                    ":1: ' S 0401ab70," + size + "' is a reference of a size that is not 1 to 4096 bytes" + HINT,
                    refusal(false));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fffffffffffffff8,8,true",
        "fffffffffffffff8,9,false",
        "ffffffffffffffff,1,true",
        "fffffffffffff001,4096,false"
    })
    void noReferenceReachesBeyondTheLastAddress(String address, int size, boolean read) throws IOException {
        written(" S " + address + "," + size + "\n" + ONE.repeat(10));
        if (read) {
            assertEquals(11, read(false).size());
        } else {
            assertEquals(
                    ":1: ' S " + address + "," + size + "' is a reference beyond the last address" + HINT,
                    refusal(false));
        }
    }

    @Test
    void aFileWithoutARecordIsRefused() throws IOException {
        String what =
                " has no record of a reference; run valgrind with --tool=lackey --trace-mem=yes and name what it wrote";
        written("==162== Lackey\n==162== Exit code:       0\n");
        assertEquals(what, refusal(false));
        written("some text\n");
        assertEquals(what, refusal(true));
        for (byte[] nothing : List.of(new byte[0], Recorded.compressed(new byte[0]))) {
            written(nothing);
            assertEquals(" is empty; name what valgrind --tool=lackey --trace-mem=yes wrote", refusal(true));
        }
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        assertEquals(" does not exist; name a file of references", refusal(false));
        Files.createDirectory(file);
        assertEquals(" is a directory; name a file of references", refusal(false));
    }

    @Test
    void compressedFilesAreKnownByTheirFirstBytes() throws IOException {
        byte[] member = Recorded.compressed(ONE.repeat(1000).getBytes(StandardCharsets.US_ASCII));
        byte[] twice = Arrays.copyOf(member, 2 * member.length);
        System.arraycopy(member, 0, twice, member.length, member.length);
        written(twice);
        try (LackeyReader reader = LackeyReader.open(file, false)) {
            assertEquals(2000, PlainLackey.all(reader).size());
            assertEquals(twice.length, reader.bytesRead());
        }
    }

    @Test
    void cutCompressedDataAreRefusedOrReadAsFarAsTheyGo() throws IOException {
        byte[] text = new byte[20_000];
        System.arraycopy(Recorded.text("sort.lackey.gz"), 0, text, 0, text.length);
        byte[] whole = Recorded.compressed(text);
        List<String> records = new PlainLackey(text).records;
        for (int length = 2; length < whole.length; length += length < 30 ? 1 : 97) {
            written(Arrays.copyOf(whole, length));
            String refusal = refusal(false);
            assertTrue(
                    refusal.matches(
                            ":[0-9]+: the compressed data were cut off here; use --lenient to take what is before"),
                    refusal);
            try (LackeyReader reader = LackeyReader.open(file, true)) {
                List<String> read = PlainLackey.all(reader);
                assertEquals(records.subList(0, read.size()), read);
                assertEquals(1, reader.skipped(), "the end counts as a line that was skipped");
                assertFalse(reader.next());
                assertEquals(1, reader.skipped());
            } catch (LackeyFormatException e) {
                assertTrue(length < 300, e.getMessage());
            }
        }
    }

    @Test
    void damagedCompressedDataAreRefusedEvenIfLenient() throws IOException {
        byte[] bytes = Recorded.compressed(ONE.repeat(1000).getBytes(StandardCharsets.US_ASCII));
        bytes[bytes.length - 6] ^= 1;
        written(bytes);
        assertTrue(refusal(true).matches(":[0-9]+: from here on the compressed data are damaged \\(.*\\); restore .*"));
        written(new byte[] {0x1f, (byte) 0x8b, 7, 0, 0, 0, 0, 0, 0, 0, 0});
        assertTrue(refusal(true).startsWith(" cannot be read: "));
    }

    @Test
    void aLineWithoutEndTakesNoMemory() throws IOException {
        byte[] chunk = new byte[1 << 20];
        Arrays.fill(chunk, (byte) '1');
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(ONE.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 64; i++) {
                out.write(chunk);
            }
        }
        assertEquals(
                ":2: '" + "1".repeat(40) + "...' is no record: I, L, S or M, an address, a comma and a size are" + HINT,
                refusal(false));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try (LackeyReader reader = LackeyReader.open(file, true)) {
            assertTrue(reader.next());
            assertFalse(reader.next());
            assertEquals(1, reader.skipped());
        }
        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 2 << 20);
    }

    @Test
    void nothingIsAllocatedForARecord() throws IOException {
        written((ONE + " L 1fff000780,8\n S 1fff000778,8\r\n==1== own\n").repeat(100_000));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try (LackeyReader reader = LackeyReader.open(file, false)) {
            long sum = 0;
            while (reader.next()) {
                sum += reader.size();
            }
            assertEquals(1_900_000, sum);
            assertEquals(300_000, reader.records());
        }
        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 2 << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sort.lackey.gz", "walk32.lackey.gz"})
    void aWholeRunIsReadAsRegularExpressionsReadIt(String name) throws IOException {
        byte[] text = Recorded.text(name);
        PlainLackey plain = new PlainLackey(text);
        written(text);
        assertEquals(plain.records, read(false));
        assertEquals(0, plain.skipped);
        file = Recorded.copy(name, directory);
        assertEquals(plain.records, read(false));
    }
}

package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FieldKind;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceOutputException;

class JournalTest {
    private static final long SEED = 20_260_101;

    @TempDir
    Path temporary;

    static TraceHeader header() {
        ObjectNode empty = JsonNodeFactory.instance.objectNode();
        return new TraceHeader(
                TraceHeader.FORMAT,
                EventCatalog.DIGEST,
                "pagetrail test",
                "ia32",
                "boot",
                7,
                64 << 20,
                empty,
                "00",
                empty,
                empty,
                JsonNodeFactory.instance.arrayNode(),
                empty);
    }

    /** Events as lines, to compare. */
    static final class Lines extends FlatEvents {
        final List<String> lines = new ArrayList<>();

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            StringBuilder line = new StringBuilder().append(id).append('@').append(tick);
            for (int i = 0; i < count; i++) {
                line.append(' ').append(fields[i]);
            }
            lines.add(line.append(text == null ? "" : " " + text).toString());
        }
    }

    /** Tells so many random events of all kinds. */
    static void random(int events, long seed, TraceEvents out) {
        SplittableRandom random = new SplittableRandom(seed);
        List<EventType> types = List.copyOf(EventCatalog.get().types());
        long tick = random.nextLong(1000);
        long[] fields = new long[FlatEvents.MAX_FIELDS];
        for (int i = 0; i < events; i++) {
            EventType type = types.get(random.nextInt(types.size()));
            for (int f = 0; f < type.fields().size(); f++) {
                FieldKind kind = type.fields().get(f).kind();
                boolean wide = kind != FieldKind.CODE && kind != FieldKind.FLAG && random.nextInt(4) == 0;
                fields[f] = wide && isLong(kind) ? random.nextLong() : random.nextInt(3) - (isLong(kind) ? 1 : 0);
            }
            tick += random.nextInt(3) == 0 ? random.nextLong(1 << 20) : 0;
            String text = type.hasText() ? "symbol \u00e9 " + i : null;
            EventDispatch.dispatch(type.id(), tick, fields, text, out);
        }
    }

    private static boolean isLong(FieldKind kind) {
        return switch (kind) {
            case LINEAR, PHYSICAL, BYTES, VALUE, PAGE, FRAME, ENTRY, COUNT -> true;
            default -> false;
        };
    }

    private Path write(String name, int events, boolean finish) {
        Path directory = temporary.resolve(name);
        try (JournalWriter writer = JournalWriter.create(directory, header(), false)) {
            random(events, SEED, writer);
            if (finish) {
                writer.finish();
            } else {
                writer.flush();
            }
        }
        return directory;
    }

    static List<String> read(Path directory) {
        Lines lines = new Lines();
        try (JournalReader reader = JournalReader.open(directory)) {
            reader.readAll(lines);
            assertEquals(lines.lines.size() - 1, reader.ordinal());
        }
        return lines.lines;
    }

    private static List<String> expected(int events) {
        Lines lines = new Lines();
        random(events, SEED, lines);
        return lines.lines;
    }

    @Test
    void everyEventComesBackAsItWasTold() {
        assertEquals(expected(20_000), read(write("t", 20_000, true)));
    }

    @Test
    void aJournalWithoutEventsIsWhole() {
        Path trace = write("t", 0, true);
        assertEquals(List.of(), read(trace));
        try (JournalReader reader = JournalReader.open(trace)) {
            assertTrue(reader.complete());
            assertEquals(header(), reader.header());
        }
    }

    @Test
    void theSameEventsMakeTheSameBytes() throws IOException {
        Path one = write("one", 9_000, true);
        Path two = write("two", 9_000, true);
        List<Path> files = files(one);
        assertEquals(2, files.size(), files.toString());
        for (Path file : files) {
            assertArrayEquals(
                    Files.readAllBytes(file), Files.readAllBytes(two.resolve(file.getFileName())), file.toString());
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void aJournalThatWasNotFinishedIsReadToItsLastBlockAndSaysThatItIsIncomplete() {
        Path trace = write("t", 5_000, false);
        assertEquals(expected(5_000), read(trace));
        try (JournalReader reader = JournalReader.open(trace)) {
            assertNull(reader.closing());
            assertFalse(reader.complete());
        }
    }

    @Test
    void aJournalIsNotWrittenOverUnlessThatIsAskedFor() {
        Path trace = write("t", 100, true);
        TraceOutputException refused =
                assertThrows(TraceOutputException.class, () -> JournalWriter.create(trace, header(), false));
        assertEquals(TraceOutputException.Reason.EXISTS, refused.reason());
        assertEquals(100, read(trace).size());
    }

    @Test
    void theOldJournalStaysUntilTheNewOneIsFinished() throws IOException {
        Path trace = write("t", 100, true);
        try (JournalWriter writer = JournalWriter.create(trace, header(), true)) {
            random(50, SEED, writer);
            writer.flush();
            assertEquals(100, read(trace).size());
            assertEquals(trace, writer.finish());
        }
        assertEquals(50, read(trace).size());
        assertEquals(List.of(trace), files(temporary));
    }

    @Test
    void anUnfinishedReplacementLeavesTheOldJournalAndGivesWayToTheNext() {
        Path trace = write("t", 100, true);
        try (JournalWriter writer = JournalWriter.create(trace, header(), true)) {
            random(50, SEED, writer);
        }
        assertEquals(100, read(trace).size());
        try (JournalWriter writer = JournalWriter.create(trace, header(), true)) {
            random(60, SEED, writer);
            Path beside = writer.finishBeside();
            assertEquals(60, read(beside).size());
        }
        assertEquals(100, read(trace).size());
        assertThrows(TraceOutputException.class, () -> JournalWriter.create(trace, header(), true));
    }

    @Test
    void twoWritersDoNotMeetInOneDirectory() {
        Path trace = temporary.resolve("t");
        try (JournalWriter writer = JournalWriter.create(trace, header(), false)) {
            random(10, SEED, writer);
            for (boolean replace : new boolean[] {false, true}) {
                TraceOutputException refused =
                        assertThrows(TraceOutputException.class, () -> JournalWriter.create(trace, header(), replace));
                assertEquals(TraceOutputException.Reason.EXISTS, refused.reason());
            }
            writer.finish();
        }
        assertEquals(10, read(trace).size());
    }

    @Test
    void forceLeavesAloneWhatIsNoJournal() throws IOException {
        Path directory = Files.createDirectory(temporary.resolve("mine"));
        Files.writeString(directory.resolve("letter.txt"), "dear");
        assertThrows(TraceOutputException.class, () -> JournalWriter.create(directory, header(), true));
        Path file = Files.writeString(temporary.resolve("file"), "dear");
        assertThrows(TraceOutputException.class, () -> JournalWriter.create(file, header(), true));
        assertTrue(Files.exists(directory.resolve("letter.txt")));
        assertTrue(Files.exists(file));
    }

    @Test
    void forceReplacesWhatAKilledWriterLeftWhateverItWasAt() throws IOException {
        Path directory = Files.createDirectory(temporary.resolve("left"));
        for (String file : new String[] {JournalFiles.LOCK, QueueStore.PROBE, "metadata.cq4t"}) {
            Files.createFile(directory.resolve(file));
        }
        try (JournalWriter writer = JournalWriter.create(directory, header(), true)) {
            random(10, SEED, writer);
            writer.finish();
        }
        assertEquals(10, read(directory).size());
    }

    @Test
    void whatIsNoJournalIsRefusedInOneLine() throws IOException {
        Path empty = Files.createDirectory(temporary.resolve("empty"));
        Path file = Files.writeString(temporary.resolve("file"), "dear");
        Path foreign = Files.createDirectory(temporary.resolve("foreign"));
        Files.write(foreign.resolve("19700101F.cq4"), new byte[100]);
        for (Path path : List.of(temporary.resolve("none"), empty, file, foreign)) {
            TraceException refused = assertThrows(TraceException.class, () -> JournalReader.open(path));
            assertTrue(refused.getMessage().startsWith(path.toString()), refused.getMessage());
            assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
        }
    }

    @Test
    void aReaderChangesNothing() throws IOException {
        Path trace = write("t", 5_000, true);
        List<String> before = new ArrayList<>();
        for (Path file : files(trace)) {
            before.add(file + " " + Files.getLastModifiedTime(file) + " " + Files.size(file));
        }
        read(trace);
        List<String> after = new ArrayList<>();
        for (Path file : files(trace)) {
            after.add(file + " " + Files.getLastModifiedTime(file) + " " + Files.size(file));
        }
        assertEquals(before, after);
    }

    private Path dataFile(Path trace) throws IOException {
        return QueueStore.dataFile(trace);
    }

    /** Reads what can be read: the events must be the beginning of what was written. */
    private static void assertPrefixOrRefused(Path trace, List<String> all, String what) {
        Lines lines = new Lines();
        boolean complete = false;
        try (JournalReader reader = JournalReader.open(trace)) {
            reader.readAll(lines);
            complete = reader.complete();
        } catch (TraceException e) {
            assertFalse(e.getMessage().contains("\n"), e.getMessage());
        }
        assertTrue(lines.lines.size() <= all.size(), what);
        assertEquals(all.subList(0, lines.lines.size()), lines.lines, what);
        assertTrue(!complete || lines.lines.size() == all.size(), what + ": complete, but with events missing");
    }

    @Test
    void aCutJournalNeverGivesAWrongAnswer() throws IOException {
        Path trace = write("t", 10_000, true);
        List<String> all = read(trace);
        Path data = dataFile(trace);
        byte[] whole = Files.readAllBytes(data);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 60; i++) {
            int length = i < 10 ? i * 4096 : random.nextInt(whole.length);
            try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
                file.setLength(length);
            }
            assertPrefixOrRefused(trace, all, "seed " + SEED + ", cut to " + length);
            Files.write(data, whole);
        }
        assertEquals(all, read(trace));
    }

    @Test
    void aFlippedByteNeverGivesAWrongAnswer() throws IOException {
        Path trace = write("t", 200, true);
        List<String> all = read(trace);
        Path data = dataFile(trace);
        byte[] whole = Files.readAllBytes(data);
        int used = whole.length;
        while (whole[used - 1] == 0) {
            used--;
        }
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 400; i++) {
            int at = i % 4 == 0 ? random.nextInt(used) : used - 1 - random.nextInt(Math.min(used, 8_000));
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(data, flipped);
            assertPrefixOrRefused(trace, all, "seed " + SEED + ", byte " + at);
        }
    }

    @Test
    void aBlockEndsWithItsPhase() {
        Path trace = temporary.resolve("t");
        try (JournalWriter writer = JournalWriter.create(trace, header(), false)) {
            writer.symbolDefined(0, 0, "B1");
            writer.phaseBegan(0, 0);
            writer.phaseEnded(5, 0);
            assertEquals(3, read(trace).size());
            writer.symbolDefined(5, 1, "B2");
            assertEquals(3, read(trace).size());
        }
        assertEquals(4, read(trace).size(), "what was told before it was closed is there");
    }

    @Test
    void ticksThatGoBackAreAMistakeOfTheCaller() {
        try (JournalWriter writer = JournalWriter.create(temporary.resolve("t"), header(), false)) {
            writer.machineStopped(5, 0);
            assertThrows(IllegalArgumentException.class, () -> writer.machineStopped(4, 0));
        }
    }
}

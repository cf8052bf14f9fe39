package org.pagetrail.replay.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.replay.state.StateBytes;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.JournalReader;
import org.pagetrail.traces.journal.JournalWriter;

class CheckpointsTest {
    private static final long SEED = 8;
    private static final int EVENTS = 60_000;
    private static final int DISTANCE = 5_000;

    /** A reader goes to the beginning of a block of so many events. */
    private static final int BLOCK = 4_096;

    @TempDir
    Path temporary;

    private Path cache;
    private Path trace;

    @BeforeEach
    void record() {
        cache = temporary.resolve("cache");
        trace = write("trace", SEED, true);
    }

    private Path write(String name, long seed, boolean finish) {
        Path path = temporary.resolve(name);
        try (JournalWriter journal = JournalWriter.create(path, ListedTrace.header(), false)) {
            tell(journal, seed);
            if (finish) {
                journal.finish();
            }
        }
        return path;
    }

    /** A directory with tables whose pages come and go, and what is cached of them. */
    private static void tell(TraceEvents out, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        out.symbolDefined(0, 0, "A");
        out.symbolDefined(0, 1, "B");
        out.addressSpaceCreated(0, 1, 0, 0);
        for (int slot = 0; slot < 4; slot++) {
            out.tableLinked(0, 1, slot, 0, (slot + 2L) << 12 | 3, (long) slot << 22, 2, 1, EntryCause.STORE.ordinal());
        }
        long[] words = new long[4 << 10];
        for (int event = 7; event < EVENTS; event++) {
            int at = random.nextInt(words.length);
            long now = random.nextLong(1 << 20) << 12 | 0x63;
            switch (random.nextInt(8)) {
                case 0 -> out.phaseBegan(event, random.nextInt(2));
                case 1 -> out.phaseEnded(event, random.nextInt(2));
                case 2, 3, 4 -> {
                    out.pageRemapped(
                            event,
                            2 + at / 1024,
                            at % 1024,
                            words[at],
                            now,
                            (long) at << 12,
                            1,
                            1,
                            EntryCause.STORE.ordinal());
                    words[at] = now;
                }
                default ->
                    out.tlbFilled(
                            event,
                            Tlb.DATA_4K.ordinal(),
                            at & 7,
                            random.nextInt(4),
                            random.nextInt(4),
                            at,
                            0x2063,
                            now,
                            3,
                            1,
                            0,
                            FillCause.MISS.ordinal(),
                            2);
            }
        }
    }

    /** A journal, and how many events were told of it. */
    private static final class Counted implements TraceReader {
        private final TraceReader reader;
        private long told;

        Counted(Path trace) {
            reader = JournalReader.open(trace);
        }

        @Override
        public TraceHeader header() {
            return reader.header();
        }

        @Override
        public boolean next(TraceEvents out) {
            boolean one = reader.next(out);
            told += one ? 1 : 0;
            return one;
        }

        @Override
        public long ordinal() {
            return reader.ordinal();
        }

        @Override
        public TraceClosing closing() {
            return reader.closing();
        }

        @Override
        public long skipTo(long ordinal) {
            return reader.skipTo(ordinal);
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    /** How many events a seek read, when it came to the right state. */
    private long seek(Path from, long ordinal) {
        try (Counted reader = new Counted(from);
                JournalReader plain = JournalReader.open(from)) {
            Checkpoints checkpoints = Checkpoints.of(cache, reader, DISTANCE, 1);
            At at = ordinal == EVENTS ? new At.End() : new At.Ordinal(ordinal);
            MachineState state = Timeline.seek(reader, at, checkpoints);
            StateBuilder folded = new StateBuilder(plain.header());
            plain.readTo(ordinal, folded);
            assertEquals(
                    Arrays.toString(StateBytes.of(folded.state())),
                    Arrays.toString(StateBytes.of(state)),
                    "event " + ordinal);
            return reader.told;
        }
    }

    private List<Path> kept() throws IOException {
        if (!Files.exists(cache)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(cache)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void aSeekKeepsStatesAndTheNextBeginsAtTheNearest() throws IOException {
        assertEquals(32_346, seek(trace, 32_345));
        assertEquals(6, kept().size());
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 50; i++) {
            long ordinal = random.nextInt(35_000);
            long told = seek(trace, ordinal);
            assertTrue(told <= BLOCK + DISTANCE, "seed " + SEED + ", event " + ordinal + ": " + told + " events read");
        }
        assertEquals(7, seek(trace, 34_999) >= 0 ? kept().size() : 0);
        assertTrue(seek(trace, 50_000) <= BLOCK + 50_001 - 35_000);
        assertEquals(10, kept().size());
        assertTrue(seek(trace, EVENTS) <= BLOCK + EVENTS - 50_000);
        assertEquals(12, kept().size());
        assertTrue(seek(trace, EVENTS) <= BLOCK);
    }

    @Test
    void aPointBeyondTheEndIsRefusedAsWithoutCheckpoints() {
        seek(trace, EVENTS);
        TimelineException e = assertThrows(TimelineException.class, () -> seek(trace, EVENTS + 3));
        assertEquals("event 60003 is beyond the end: the trace's last event is 59999", e.getMessage());
    }

    @Test
    void whatIsDamagedIsNotBelievedAndKeptAnew() throws IOException {
        long ordinal = 42_000;
        seek(trace, ordinal);
        Path last = kept().get(kept().size() - 1);
        byte[] sound = Files.readAllBytes(last);
        SplittableRandom random = new SplittableRandom(SEED);
        List<byte[]> damaged = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            byte[] bytes = sound.clone();
            bytes[i < 48 ? i : random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            damaged.add(bytes);
        }
        for (int length : new int[] {0, 1, 47, 48, 49, sound.length / 2, sound.length - 1}) {
            damaged.add(Arrays.copyOf(sound, length));
        }
        damaged.add(Arrays.copyOf(sound, sound.length + 1));
        damaged.add(Files.readAllBytes(kept().get(0)));
        damaged.add(resealed(sound, 8));
        damaged.add(resealed(sound, 40));
        damaged.add(resealed(Arrays.copyOf(sound, sound.length - 1), sound.length - 2));
        damaged.add(resealed(Arrays.copyOf(sound, sound.length + 1), sound.length));
        for (int i = 0; i < damaged.size(); i++) {
            Files.write(last, damaged.get(i));
            long told = seek(trace, ordinal);
            assertTrue(told > DISTANCE, "damage " + i + ", seed " + SEED + ": " + told + " events read");
            assertEquals(Arrays.toString(sound), Arrays.toString(Files.readAllBytes(last)), "damage " + i);
            assertTrue(seek(trace, ordinal) <= BLOCK + DISTANCE, "damage " + i);
        }
    }

    /** With another byte, and a checksum that fits: of another trace or version, of another place, or no state at all. */
    private static byte[] resealed(byte[] sound, int at) {
        byte[] bytes = sound.clone();
        bytes[at] = (byte) 0xff;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 8, bytes.length - 8);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4, (int) crc.getValue());
        return bytes;
    }

    @Test
    void statesOfAnotherTraceAreNotUsed() throws IOException {
        seek(trace, 42_000);
        Path mine = kept().get(0).getParent();
        Path other = write("other", SEED + 1, true);
        assertEquals(42_001, seek(other, 42_000));
        assertEquals(16, kept().size());
        Path others = kept().stream()
                .map(Path::getParent)
                .filter(path -> !path.equals(mine))
                .findFirst()
                .orElseThrow();
        for (Path file : kept()) {
            if (file.getParent().equals(mine)) {
                Files.write(others.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        assertEquals(42_001, seek(other, 42_000));
    }

    @Test
    void theSameRecordingFindsItsStatesWhereverItLies() throws IOException {
        seek(trace, 42_000);
        Path again = write("again", SEED, true);
        assertTrue(seek(again, 42_000) <= BLOCK + DISTANCE);
        assertEquals(8, kept().size());
    }

    @Test
    void nothingIsKeptOfATraceThatIsIncompleteOrShort() throws IOException {
        Path incomplete = write("incomplete", SEED, false);
        assertEquals(42_001, seek(incomplete, 42_000));
        assertEquals(42_001, seek(incomplete, 42_000));
        try (JournalReader reader = JournalReader.open(trace)) {
            Checkpoints standard = Checkpoints.of(cache, reader);
            assertEquals(
                    41_999,
                    Timeline.seek(reader, new At.Ordinal(41_999), standard).ordinal());
        }
        assertEquals(List.of(), kept());
    }

    @Test
    void aCacheThatCannotBeWrittenIsNoFailure() throws IOException {
        Files.writeString(cache, "in the way");
        assertEquals(42_001, seek(trace, 42_000));
        assertEquals("in the way", Files.readString(cache));
    }

    @Test
    void noFileOfAnotherKindIsLeftInTheCache() throws IOException {
        seek(trace, EVENTS);
        for (Path file : kept()) {
            assertTrue(file.getFileName().toString().matches("[0-9]{19}\\.state"), file.toString());
        }
    }

    @Test
    void ofTooManyTracesTheOneUsedLongestAgoIsForgotten() throws IOException {
        Files.createDirectories(cache);
        Path notOurs = Files.writeString(cache.resolve("notes"), "");
        for (int i = 0; i < Checkpoints.TRACES; i++) {
            Path one = Files.createDirectory(cache.resolve(String.format("%032x", i)));
            Files.writeString(one.resolve("0.state"), "");
            Files.setLastModifiedTime(one, FileTime.fromMillis(1_000L * (100 - i)));
        }
        seek(trace, 6_000);
        assertFalse(Files.exists(cache.resolve(String.format("%032x", Checkpoints.TRACES - 1))));
        assertTrue(Files.exists(cache.resolve(String.format("%032x", 0))));
        assertTrue(Files.exists(notOurs));
        assertEquals(Checkpoints.TRACES + 1, kept().size());
    }

    @Test
    void readingResumesAtTheNearestStateWithTheNamesAsTheyAreThere() throws IOException {
        try (Counted reader = new Counted(trace)) {
            assertNull(Timeline.resume(reader, 42_000, Checkpoints.none(), () -> JournalReader.open(trace)));
            assertEquals(-1, reader.ordinal());
        }
        try (Counted reader = new Counted(trace);
                Counted again = new Counted(trace)) {
            Checkpoints checkpoints = Checkpoints.of(cache, reader, DISTANCE, 1);
            assertNotNull(Timeline.resume(reader, 42_000, checkpoints, () -> again));
            assertEquals(40_000, again.told);
            assertEquals(39_999, reader.ordinal());
            assertTrue(reader.told <= BLOCK, reader.told + " events read");
        }
        try (Counted reader = new Counted(trace);
                JournalReader plain = JournalReader.open(trace)) {
            Checkpoints checkpoints = Checkpoints.of(cache, reader, DISTANCE, 1);
            MachineState state = Timeline.resume(reader, 42_000, checkpoints, () -> {
                throw new AssertionError("opened again, though all is kept");
            });
            assertEquals(39_999, reader.ordinal());
            Names all = new Names();
            plain.readTo(39_999, all);
            Names told = new Names();
            state.tellNames(told);
            assertEquals(List.of("A", "B"), told.symbols);
            assertEquals(all.symbols, told.symbols);
            assertEquals(phases(all), told.phases);
            Lines rest = new Lines();
            Lines expected = new Lines();
            reader.readAll(rest);
            plain.readAll(new EventTee(expected, new Names()));
            assertEquals(EVENTS - 40_000, rest.lines.size());
            assertEquals(expected.lines, rest.lines);
        }
    }

    /** The phases that are open, the outermost first: an end ends the innermost of its name, and all in it. */
    private static List<Long> phases(Names all) {
        List<Long> open = new ArrayList<>();
        for (long phase : all.phases) {
            int innermost = open.lastIndexOf(~phase);
            if (phase >= 0) {
                open.add(phase);
            } else if (innermost >= 0) {
                open.subList(innermost, open.size()).clear();
            }
        }
        return open;
    }

    /** Symbols in the order of their numbers; phases as they began, and the complement of one that ended. */
    private static final class Names extends FlatEvents {
        private final List<String> symbols = new ArrayList<>();
        private final List<Long> phases = new ArrayList<>();

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            if (text != null) {
                assertEquals(symbols.size(), fields[0]);
                symbols.add(text);
            } else if (id == EventId.PHASE_BEGAN) {
                phases.add(fields[0]);
            } else if (id == EventId.PHASE_ENDED) {
                phases.add(~fields[0]);
            }
        }
    }

    private static final class Lines extends FlatEvents {
        private final List<String> lines = new ArrayList<>();

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            lines.add(id + "@" + tick + Arrays.toString(Arrays.copyOf(fields, count)) + text);
        }
    }
}

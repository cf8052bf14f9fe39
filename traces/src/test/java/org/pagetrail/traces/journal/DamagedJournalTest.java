package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.PartialTrace;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.journal.JournalImage.Item;

/**
 * A small journal, damaged in every way: never a hang, a crash or a wrong answer. {@code -Dpagetrail.soak=true} tries every byte and
 * every length, and not a sample.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class DamagedJournalTest {
    private static final long SEED = 20_261_123;
    private static final int TOLD = 192;
    private static final int IN_PHASE = 24;
    private static final int EVENTS = TOLD + TOLD / IN_PHASE;
    private static final int SAMPLE = 300;
    private static final int PAGE = 4096;

    /** From how many bytes on a second thread reads ahead. */
    private static final long ALWAYS_AHEAD = 0;

    private static final long NEVER_AHEAD = Long.MAX_VALUE;

    @TempDir
    Path temporary;

    private Path trace;
    private Path data;
    private byte[] whole;
    private List<String> all;

    @BeforeEach
    void record() throws IOException {
        trace = temporary.resolve("t");
        try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false)) {
            JournalTest.random(TOLD, SEED, new Phased(writer));
            writer.finish();
        }
        data = QueueStore.dataFile(trace);
        whole = Files.readAllBytes(data);
        all = JournalTest.read(trace);
        assertTrue(blocks(JournalImage.of(trace).documents()).size() >= 5, "several blocks, or this tests little");
    }

    /** Ends a phase, and so a block, every now and then. */
    private static final class Phased extends FlatEvents {
        private final TraceEvents to;
        private int told;

        Phased(TraceEvents to) {
            this.to = to;
        }

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            EventDispatch.dispatch(id, tick, fields, text, to);
            if (++told % IN_PHASE == 0) {
                to.phaseEnded(tick, 0);
            }
        }
    }

    private static List<Item> blocks(List<Item> documents) {
        return documents.stream()
                .filter(item -> item.kind() == BlockFormat.BLOCK)
                .toList();
    }

    private int used() {
        int used = whole.length;
        while (whole[used - 1] == 0) {
            used--;
        }
        return used;
    }

    /** All of them in a soak, else a sample with the first and the last. */
    private static int[] chosen(int from, int to, long seed) {
        return Boolean.getBoolean("pagetrail.soak")
                ? IntStream.range(from, to).toArray()
                : IntStream.concat(IntStream.of(from, to - 1), new SplittableRandom(seed).ints(SAMPLE, from, to))
                        .sorted()
                        .toArray();
    }

    private void patch(int at, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
            file.seek(at);
            file.write(bytes);
        }
    }

    private static void assertOneLine(TraceException e, String what) {
        assertFalse(e.getMessage().contains("\n"), what);
        assertTrue(e.getMessage().contains(": ") || e.getMessage().contains("; "), what + ": " + e.getMessage());
    }

    /** Reads it in each way; what they say must be true, and the same. */
    private JournalCheck assertHonest(String what) {
        JournalTest.Lines strict = new JournalTest.Lines();
        boolean complete = false;
        String damage = null;
        try (JournalReader reader = JournalReader.open(trace, Migration.STEPS, ALWAYS_AHEAD)) {
            reader.readAll(strict);
            complete = reader.complete();
        } catch (TraceException e) {
            assertOneLine(e, what);
            damage = e.getMessage();
        }
        List<String> told = strict.lines;
        assertTrue(told.size() <= all.size() && all.subList(0, told.size()).equals(told), what + ": not what was told");
        assertTrue(!complete || told.size() == all.size(), what + ": complete, but with events missing");
        try (PartialTrace part = new PartialTrace(JournalReader.open(trace, Migration.STEPS, NEVER_AHEAD))) {
            JournalTest.Lines lines = new JournalTest.Lines();
            part.readAll(lines);
            assertEquals(told, lines.lines, what);
            assertEquals(damage, part.damage() == null ? null : part.damage().getMessage(), what);
            assertEquals(complete, part.complete(), what);
            assertEquals(part.damage() != null, part.ending() == TraceEnding.DAMAGED && part.damage() != null, what);
        } catch (TraceException e) {
            assertTrue(told.isEmpty(), what);
        }
        JournalCheck check = JournalSurvey.check(trace);
        assertEquals(complete, check.whole(), what + ": " + check);
        assertEquals(check.ending() == TraceEnding.DAMAGED, !check.damage().isEmpty(), what);
        assertTrue(check.events() <= all.size(), what + ": " + check);
        assertTrue(
                check.provable() >= told.size() && check.provable() <= all.size()
                        || check.header() == null && check.provable() == 0,
                what + ": " + told.size() + " told, " + check);
        return check;
    }

    /** What a repair makes of it is whole as far as it goes. */
    private long assertRepairs(JournalCheck check, String what) throws IOException {
        Path copy = temporary.resolve("copy");
        byte[] before = Files.readAllBytes(data);
        long kept = 0;
        try {
            JournalRepair.Repaired repaired = JournalRepair.repair(trace, copy);
            kept = repaired.events();
            assertEquals(check.provable(), kept, what);
            assertEquals(all.subList(0, (int) kept), JournalTest.read(copy), what);
            JournalCheck after = JournalSurvey.check(copy);
            assertEquals(
                    repaired.truncated() ? TraceEnding.TRUNCATED : TraceEnding.COMPLETE, after.ending(), what + after);
            assertTrue(repaired.truncated() || kept == all.size(), what);
            delete(copy);
        } catch (TraceException e) {
            assertOneLine(e, what);
            assertTrue(check.header() == null || check.provable() == 0, what + ": " + e.getMessage());
        }
        assertFalse(Files.exists(copy), what);
        assertArrayEquals(before, Files.readAllBytes(data), what + ": the original changed");
        return kept;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    @Test
    void whatIsWholeIsProvedWholeAndCopiedByteForByte() throws IOException {
        JournalCheck check = assertHonest("untouched");
        assertTrue(check.whole());
        assertEquals(List.of(), check.damage());
        assertEquals(EVENTS, check.provable());
        Path copy = temporary.resolve("copy");
        assertFalse(JournalRepair.repair(trace, copy).truncated());
        assertArrayEquals(whole, Files.readAllBytes(QueueStore.dataFile(copy)));
    }

    @Test
    void aFlippedByteIsFoundOrDoesNoHarm() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        int damaged = 0;
        for (int at : chosen(0, used() + 64, SEED)) {
            int flip = 1 + random.nextInt(255);
            String what = "seed " + SEED + ", byte " + at + " ^ " + flip;
            patch(at, new byte[] {(byte) (whole[at] ^ flip)});
            JournalCheck check = assertHonest(what);
            damaged += check.whole() ? 0 : 1;
            if (random.nextInt(20) == 0) {
                assertRepairs(check, what);
            }
            patch(at, new byte[] {whole[at]});
        }
        assertTrue(damaged > 0, "no flip was noticed");
        assertTrue(assertHonest("restored").whole());
    }

    @Test
    void aByteFlippedInABlockCostsThatBlockAndNoOther() throws IOException {
        List<Item> documents = JournalImage.of(trace).documents();
        int blocks = blocks(documents).size();
        int at = 0;
        for (int i = 1; i <= blocks; i++) {
            byte[] bytes = documents.get(i).bytes();
            at = indexOf(bytes, at);
            int inside = at + BlockFormat.PAYLOAD_AT + 1;
            patch(inside, new byte[] {(byte) ~whole[inside]});
            JournalCheck check = assertHonest("block " + i);
            JournalCheck.Damage damage = check.damage().get(0);
            assertEquals(1, check.damage().size(), check.toString());
            assertEquals(i - 1, damage.block());
            assertEquals(at - QueueFile.WORD, damage.firstByte());
            assertEquals(QueueFile.end(at - QueueFile.WORD, bytes.length) - 1, damage.lastByte());
            assertEquals(BlockDecoder.firstOrdinal(bytes), damage.firstOrdinal());
            assertEquals(BlockDecoder.firstOrdinal(bytes) + BlockDecoder.count(bytes) - 1, damage.lastOrdinal());
            assertEquals(EVENTS - BlockDecoder.count(bytes), check.events());
            assertEquals(damage.firstOrdinal(), assertRepairs(check, "block " + i));
            patch(inside, new byte[] {whole[inside]});
        }
    }

    private int indexOf(byte[] document, int from) {
        for (int at = from; ; at++) {
            if (Arrays.equals(whole, at, at + document.length, document, 0, document.length)) {
                return at;
            }
        }
    }

    @Test
    void aJournalCutAnywhereIsReadToItsLastWholeBlockAndSaysSo() throws IOException {
        int[] lengths = chosen(0, whole.length, SEED + 1);
        for (int i = lengths.length - 1; i >= 0; i--) {
            try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
                file.setLength(lengths[i]);
            }
            JournalCheck check = assertHonest("seed " + SEED + ", cut to " + lengths[i]);
            assertTrue(lengths[i] >= used() || !check.whole());
            if (i % 50 == 0) {
                assertRepairs(check, "cut to " + lengths[i]);
            }
        }
    }

    @Test
    void aTailOfZerosIsAnUnfinishedRecording() throws IOException {
        int[] ends = chosen(0, used(), SEED + 2);
        for (int i = ends.length - 1; i >= 0; i--) {
            patch(ends[i], new byte[used() - ends[i]]);
            JournalCheck check = assertHonest("zeros from " + ends[i]);
            assertFalse(check.whole());
            if (i % 50 == 0) {
                assertRepairs(check, "zeros from " + ends[i]);
            }
        }
    }

    @Test
    void aLostPageCostsOnlyWhatItHeld() throws IOException {
        for (int at = 0; at < used(); at += PAGE) {
            patch(at, new byte[PAGE]);
            JournalCheck check = assertHonest("page at " + at);
            assertRepairs(check, "page at " + at);
            patch(at, Arrays.copyOfRange(whole, at, at + PAGE));
        }
        assertTrue(assertHonest("restored").whole());
    }

    @Test
    void garbageAnywhereIsFoundOrDoesNoHarm() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED + 3);
        for (int round = 0; round < SAMPLE / 2; round++) {
            int at = random.nextInt(used());
            byte[] garbage = new byte[1 + random.nextInt(random.nextBoolean() ? 16 : 5000)];
            if (random.nextInt(3) > 0) {
                random.nextBytes(garbage);
            }
            int length = Math.min(garbage.length, whole.length - at);
            patch(at, Arrays.copyOf(garbage, length));
            String what = "seed " + SEED + ", round " + round + ", " + length + " bytes at " + at;
            JournalCheck check = assertHonest(what);
            if (round % 10 == 0) {
                assertRepairs(check, what);
            }
            patch(at, Arrays.copyOfRange(whole, at, at + length));
        }
    }

    @Test
    void swappedBlocksAreFoundAndARepairPutsThemBack() throws IOException {
        JournalImage image = JournalImage.of(trace);
        int blocks = blocks(image.documents()).size();
        for (int i = 1; i <= blocks; i++) {
            for (int j = i + 1; j <= blocks; j++) {
                List<Item> documents = image.documents();
                Collections.swap(documents, i, j);
                image.write(trace, documents);
                JournalCheck check = assertHonest("swapped " + i + " and " + j);
                assertEquals(TraceEnding.DAMAGED, check.ending());
                assertEquals(List.of(new JournalCheck.Stretch(0, EVENTS - 1, blocks)), check.readable());
                assertEquals(EVENTS, assertRepairs(check, "swapped"));
            }
        }
    }

    @Test
    void aBlockThatIsThereTwiceIsFoundAndARepairLeavesItOut() throws IOException {
        JournalImage image = JournalImage.of(trace);
        for (int i = 0; i < image.documents().size(); i++) {
            for (int to : new int[] {
                i, 1, image.documents().size() - 1, image.documents().size()
            }) {
                List<Item> documents = image.documents();
                documents.add(to, documents.get(i));
                image.write(trace, documents);
                JournalCheck check = assertHonest("document " + i + " again at " + to);
                assertEquals(TraceEnding.DAMAGED, check.ending(), check.toString());
                assertEquals(EVENTS, assertRepairs(check, "document " + i + " again at " + to));
            }
        }
    }

    @Test
    void aBlockThatWasTakenOutIsMissed() throws IOException {
        JournalImage image = JournalImage.of(trace);
        int blocks = blocks(image.documents()).size();
        for (int i = 1; i <= blocks; i++) {
            List<Item> documents = image.documents();
            byte[] taken = documents.remove(i).bytes();
            image.write(trace, documents);
            JournalCheck check = assertHonest("without " + i);
            JournalCheck.Damage damage = check.damage().get(0);
            assertEquals(BlockDecoder.firstOrdinal(taken), damage.firstOrdinal());
            assertEquals(BlockDecoder.firstOrdinal(taken) + BlockDecoder.count(taken) - 1, damage.lastOrdinal());
            assertEquals(damage.firstOrdinal(), assertRepairs(check, "without " + i));
        }
        List<Item> open = image.documents();
        open.remove(open.size() - 1);
        image.write(trace, open);
        assertEquals(
                TraceEnding.INCOMPLETE,
                assertHonest("without its closing record").ending());
        image.write(trace, List.of());
        assertNotEquals(TraceEnding.COMPLETE, assertHonest("without anything").ending());
    }

    @Test
    void aBlockOfAnotherRecordingIsFoundByTheDigestAndNothingIsProvableThen() throws IOException {
        Path other = temporary.resolve("other");
        try (JournalWriter writer = JournalWriter.create(other, JournalTest.header(), false)) {
            JournalTest.random(TOLD, SEED, new Altered(new Phased(writer)));
            writer.finish();
        }
        JournalImage image = JournalImage.of(trace);
        List<Item> others = JournalImage.of(other).documents();
        int blocks = blocks(image.documents()).size();
        for (int i = 1; i <= blocks; i++) {
            List<Item> documents = image.documents();
            if (Arrays.equals(documents.get(i).bytes(), others.get(i).bytes())) {
                continue;
            }
            documents.set(i, others.get(i));
            image.write(trace, documents);
            assertThrows(TraceException.class, () -> JournalTest.read(trace));
            JournalCheck check = JournalSurvey.check(trace);
            assertEquals(TraceEnding.DAMAGED, check.ending());
            assertEquals(0, check.provable());
            assertThrows(TraceException.class, () -> JournalRepair.repair(trace, temporary.resolve("copy")));
        }
    }

    /** Passes events on with one field changed here and there: same kinds, same ticks. */
    private static final class Altered extends FlatEvents {
        private final TraceEvents to;

        Altered(TraceEvents to) {
            this.to = to;
        }

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            if (id == EventId.PAGE_MAPPED || id == EventId.PHASE_ENDED) {
                fields[0] ^= 1;
            }
            EventDispatch.dispatch(id, tick, fields, text, to);
        }
    }

    @Test
    void aLengthThatCannotBeIsNotAllocated() throws IOException {
        int at = indexOf(JournalImage.of(trace).documents().get(1).bytes(), 0) - QueueFile.WORD;
        int claimed = (1 << 30) - 1;
        patch(at, new byte[] {(byte) claimed, (byte) (claimed >> 8), (byte) (claimed >> 16), (byte) (claimed >> 24)});
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
            // A sparse file: the document would fit.
            file.setLength(5L << 28);
        }
        TraceException refused = assertThrows(TraceException.class, () -> JournalTest.read(trace));
        assertTrue(refused.getMessage().contains("longer than any"), refused.getMessage());
        JournalCheck check = JournalSurvey.check(trace);
        assertEquals(TraceEnding.DAMAGED, check.ending());
        assertTrue(check.events() > EVENTS / 2, check.toString());
    }

    @Test
    void aCopyIsNeverWrittenOverAnythingOrIntoTheOriginal() throws IOException {
        Path there = Files.createDirectory(temporary.resolve("there"));
        for (Path to : List.of(
                there, trace, trace.resolve("copy"), temporary.resolve("none").resolve("copy"))) {
            assertThrows(
                    org.pagetrail.traces.event.TraceOutputException.class,
                    () -> JournalRepair.repair(trace, to),
                    to::toString);
        }
        assertArrayEquals(whole, Files.readAllBytes(data));
        assertEquals(0, there.toFile().list().length);
    }
}

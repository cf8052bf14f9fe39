package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.traces.event.TraceException;

class BlockSearchTest {
    private static final long SEED = 8;
    private static final int EVENTS = 150_000;

    /** What holds for a block's events at most, and so for how far before an event reading begins. */
    private static final int BLOCK = BlockFormat.EVENTS;

    @TempDir
    Path temporary;

    private Path journal(int events, boolean finish) {
        Path trace = temporary.resolve("t" + events + finish);
        try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false)) {
            JournalTest.random(events, SEED, writer);
            if (finish) {
                writer.finish();
            }
        }
        return trace;
    }

    private static List<String> rest(JournalReader reader) {
        JournalTest.Lines lines = new JournalTest.Lines();
        reader.readAll(lines);
        return lines.lines;
    }

    /** Where the blocks of a journal begin. */
    private static List<Long> blocks(Path trace) throws IOException {
        List<Long> blocks = new ArrayList<>();
        try (QueueFile file = JournalReader.dataOf(trace)) {
            for (DocumentScan.Found found : DocumentScan.of(file, false).found()) {
                if (found.kind() == BlockFormat.BLOCK) {
                    blocks.add(found.at());
                }
            }
        }
        return blocks;
    }

    /** Changes the last byte of the payload of a block. */
    private static void damage(Path trace, long block) throws IOException {
        Path data = QueueStore.dataFile(trace);
        byte[] bytes = Files.readAllBytes(data);
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt((int) block);
        bytes[(int) block + QueueFile.WORD + length - 1] ^= 1;
        Files.write(data, bytes);
    }

    @Test
    void readingGoesOnFromTheBlockOfAnyEvent() {
        for (boolean finish : new boolean[] {true, false}) {
            for (int events : new int[] {1, 100, 20_000, EVENTS}) {
                Path trace = journal(events, finish);
                List<String> all = JournalTest.read(trace);
                SplittableRandom random = new SplittableRandom(SEED);
                for (int i = 0; i < 40; i++) {
                    long wanted = i == 0 ? 0 : i == 1 ? events - 1 : random.nextLong(events);
                    try (JournalReader reader = JournalReader.open(trace)) {
                        long next = reader.skipTo(wanted);
                        String which = "seed " + SEED + ", event " + wanted + " of " + events + ", come to " + next;
                        assertTrue(next <= wanted && next > wanted - BLOCK, which);
                        assertEquals(next - 1, reader.ordinal(), which);
                        assertEquals(all.subList((int) next, events), rest(reader), which);
                        assertEquals(events - 1, reader.ordinal(), which);
                        assertEquals(finish, reader.complete(), which);
                    }
                }
            }
        }
    }

    @Test
    void itGoesOnlyForwardAndAlsoFromTheMiddleOfABlock() {
        Path trace = journal(EVENTS, true);
        List<String> all = JournalTest.read(trace);
        try (JournalReader reader = JournalReader.open(trace)) {
            assertTrue(reader.next(new JournalTest.Lines()));
            assertEquals(5, reader.skipTo(5));
            assertEquals(5, reader.skipTo(2));
            long next = reader.skipTo(EVENTS / 2);
            assertTrue(next <= EVENTS / 2 && next > EVENTS / 2 - BLOCK, "come to " + next);
            assertEquals(next, reader.skipTo(next));
            assertEquals(all.subList((int) next, EVENTS), rest(reader));
        }
    }

    @Test
    void beyondTheLastEventIsTheEnd() {
        for (boolean finish : new boolean[] {true, false}) {
            try (JournalReader reader = JournalReader.open(journal(EVENTS, finish))) {
                assertEquals(EVENTS, reader.skipTo(Long.MAX_VALUE));
                assertEquals(List.of(), rest(reader));
                assertEquals(finish, reader.complete());
            }
        }
    }

    @Test
    void whatIsSkippedIsNotReadAndWhatIsReadIsChecked() throws IOException {
        Path trace = journal(EVENTS, true);
        List<String> all = JournalTest.read(trace);
        List<Long> blocks = blocks(trace);
        assertTrue(blocks.size() > 40, "blocks: " + blocks.size());
        damage(trace, blocks.get(3));
        try (JournalReader reader = JournalReader.open(trace)) {
            TraceException refused = assertThrows(TraceException.class, () -> rest(reader));
            assertTrue(refused.getMessage().contains("block 3, from event "), refused.getMessage());
        }
        long wanted = EVENTS - 10;
        try (JournalReader reader = JournalReader.open(trace)) {
            long next = reader.skipTo(wanted);
            assertEquals(all.subList((int) next, EVENTS), rest(reader));
        }
        damage(trace, blocks.get(blocks.size() - 1));
        try (JournalReader reader = JournalReader.open(trace)) {
            reader.skipTo(wanted);
            TraceException refused = assertThrows(TraceException.class, () -> rest(reader));
            assertTrue(refused.getMessage().contains("a block, from event "), refused.getMessage());
            assertTrue(refused.getMessage().contains("its checksum differs"), refused.getMessage());
        }
    }

    @Test
    void itFindsTheBlockByHeadsAloneWhenNoneIsWhole() throws IOException {
        Path trace = journal(EVENTS, true);
        List<String> all = JournalTest.read(trace);
        List<Long> blocks = blocks(trace);
        for (int i = 0; i < blocks.size() - 1; i++) {
            damage(trace, blocks.get(i));
        }
        try (JournalReader reader = JournalReader.open(trace)) {
            long next = reader.skipTo(EVENTS - 1);
            assertEquals(all.subList((int) next, EVENTS), rest(reader));
        }
    }

    @Test
    void aHoleOnTheWayIsNeitherFallenIntoNorReadOver() throws IOException {
        Path trace = journal(EVENTS, true);
        List<Long> blocks = blocks(trace);
        Path data = QueueStore.dataFile(trace);
        byte[] sound = Files.readAllBytes(data);
        SplittableRandom random = new SplittableRandom(SEED);
        int reached = 0;
        for (int i = 0; i < 60; i++) {
            byte[] bytes = sound.clone();
            int from = (int) (long) blocks.get(random.nextInt(blocks.size() - 1));
            int to = Math.min(bytes.length, from + random.nextInt(1 << 18));
            Arrays.fill(bytes, from, to, (byte) random.nextInt(2));
            Files.write(data, bytes);
            long wanted = random.nextLong(EVENTS);
            String which = "seed " + SEED + ", hole " + i + " from " + from + " to " + to + ", event " + wanted;
            try (JournalReader reader = JournalReader.open(trace)) {
                long next = reader.skipTo(wanted);
                assertTrue(next <= wanted, which);
                JournalTest.Lines one = new JournalTest.Lines();
                while (reader.ordinal() < wanted && reader.next(one)) {}
                reached += reader.ordinal() == wanted ? 1 : 0;
            } catch (TraceException e) {
                assertTrue(e.getMessage().contains("damaged"), which + ": " + e.getMessage());
            }
        }
        assertTrue(reached > 10 && reached < 60, "reached: " + reached);
    }

    @Test
    void theClosingRecordIsFoundFromTheFilesEnd() throws IOException {
        for (int events : new int[] {0, 1, 20_000}) {
            try (QueueFile file = JournalReader.dataOf(journal(events, true))) {
                assertArrayEquals(file.last(), BlockSearch.closing(file));
            }
            try (QueueFile file = JournalReader.dataOf(journal(events, false))) {
                assertNull(BlockSearch.closing(file));
            }
        }
    }

    @Test
    void whatEndsOtherwiseThanWithAClosingRecordHasNone() throws IOException {
        Path trace = journal(100, true);
        Path data = QueueStore.dataFile(trace);
        byte[] sound = Files.readAllBytes(data);
        int used = sound.length;
        while (sound[used - 1] == 0) {
            used--;
        }
        for (int at : new int[] {used - 1, used - 30, used + 40}) {
            byte[] bytes = sound.clone();
            bytes[at] ^= 1;
            Files.write(data, bytes);
            try (QueueFile file = JournalReader.dataOf(trace)) {
                assertNull(BlockSearch.closing(file), "byte " + at);
            }
        }
        Files.write(data, new byte[sound.length]);
        try (QueueFile file = JournalReader.dataOf(trace)) {
            assertNull(BlockSearch.closing(file));
        }
    }
}

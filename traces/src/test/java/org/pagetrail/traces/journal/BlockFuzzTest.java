package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.BlockGeometry;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceHeader;

/**
 * The decoder of blocks on blocks that were damaged so that their checksums are right: it refuses them, or tells events that a
 * writer could have written, and nothing else ever happens.
 *
 * <p>The blocks to begin with are files; what was found once is kept as one of them. {@code -Dgolden.update} writes those that are made
 * here anew, {@code -Dpagetrail.fuzz=N} tries N damaged blocks.
 */
class BlockFuzzTest {
    private static final Path CORPUS =
            Path.of("src", "test", "resources", "org", "pagetrail", "traces", "journal", "corpus");
    private static final long SEED = Long.getLong("pagetrail.fuzz.seed", 20_261_126);
    private static final int BUDGET = Integer.getInteger("pagetrail.fuzz", 200_000);
    private static final int LONGEST = 1 << 16;

    /** Bytes and lengths at which decoders go wrong. */
    private static final int[] ODD = {0, 1, 0x7f, 0x80, 0xff, 0xfe, 0x40, 0x3f};

    /** Counts and encodes what it is told. */
    private static final class Again extends FlatEvents {
        private final BlockEncoder encoder = new BlockEncoder();
        private int events;

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            encoder.add(id, tick, fields, count, text);
            events++;
        }
    }

    private static List<byte[]> corpus() throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(CORPUS)) {
            for (Path file : files.sorted().toList()) {
                corpus.add(Files.readAllBytes(file));
            }
        }
        return corpus;
    }

    private static byte[] sealed(byte[] block) {
        CRC32C crc = new CRC32C();
        crc.update(block, BlockFormat.CHECKED_FROM, block.length - BlockFormat.CHECKED_FROM);
        ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).putInt(BlockFormat.CHECKSUM_AT, (int) crc.getValue());
        return block;
    }

    /** Makes the length of the payload fit, so that more than the head is looked at. */
    private static byte[] fitted(byte[] block) {
        if (block.length >= BlockFormat.PAYLOAD_AT) {
            ByteBuffer.wrap(block)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(BlockFormat.PAYLOAD_LENGTH_AT, block.length - BlockFormat.PAYLOAD_AT);
        }
        return sealed(block);
    }

    private static byte[] damaged(SplittableRandom random, List<byte[]> corpus) {
        byte[] block = corpus.get(random.nextInt(corpus.size())).clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int from = random.nextInt(8) == 0 ? BlockFormat.CHECKED_FROM : BlockFormat.PAYLOAD_AT;
            int at = from + random.nextInt(Math.max(1, block.length - from));
            at = Math.min(at, block.length - 1);
            switch (random.nextInt(7)) {
                case 0 -> block[at] = (byte) random.nextInt(256);
                case 1 -> block[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> block[at] = (byte) ODD[random.nextInt(ODD.length)];
                case 3 -> Arrays.fill(block, at, Math.min(block.length, at + 1 + random.nextInt(12)), (byte) 0xff);
                case 4 -> block = Arrays.copyOf(block, Math.max(BlockFormat.CHECKED_FROM + 1, at));
                case 5 -> block = without(block, at, random.nextInt(1, 20));
                default -> block = spliced(block, at, corpus.get(random.nextInt(corpus.size())), random);
            }
        }
        return random.nextInt(16) == 0 ? sealed(block) : fitted(block);
    }

    private static byte[] without(byte[] block, int at, int length) {
        int to = Math.min(block.length, at + length);
        byte[] less = Arrays.copyOf(block, block.length - (to - at));
        System.arraycopy(block, to, less, at, block.length - to);
        return less.length > BlockFormat.CHECKED_FROM ? less : block;
    }

    private static byte[] spliced(byte[] block, int at, byte[] other, SplittableRandom random) {
        int from = random.nextInt(other.length);
        int length = Math.min(random.nextInt(1, 60), other.length - from);
        byte[] more = Arrays.copyOf(block, block.length + length);
        System.arraycopy(other, from, more, at, length);
        System.arraycopy(block, at, more, at + length, block.length - at);
        return more.length < LONGEST ? more : block;
    }

    /** Decodes a block; whether it was taken for one. */
    private static boolean decodes(byte[] block, BlockDecoder decoder, byte[] room) throws BlockDecoder.Damaged {
        // As in a reader the block lies in an array that is longer, with something else behind it.
        System.arraycopy(block, 0, room, 0, block.length);
        Again again = new Again();
        try {
            decoder.take(room, block.length);
            int claimed = decoder.left();
            assertTrue(claimed <= BlockFormat.EVENTS, "events: " + claimed);
            while (decoder.left() > 0) {
                decoder.next(again);
            }
            assertEquals(claimed, again.events);
        } catch (BlockDecoder.Damaged e) {
            assertFalse(e.getMessage().isEmpty());
            return false;
        }
        // What was told is what a writer could have been told: written and read again it is the same.
        again.encoder.seal();
        JournalTest.Lines first = new JournalTest.Lines();
        JournalTest.Lines second = new JournalTest.Lines();
        decoder.take(room, block.length);
        while (decoder.left() > 0) {
            decoder.next(first);
        }
        decoder.take(again.encoder.bytes(), again.encoder.length());
        while (decoder.left() > 0) {
            decoder.next(second);
        }
        assertEquals(first.lines, second.lines);
        return true;
    }

    @Test
    void aDamagedBlockWithTheRightChecksumIsRefusedOrTellsEventsOfAWriter() throws IOException {
        List<byte[]> corpus = corpus();
        assertTrue(corpus.size() >= 8, "blocks to begin with: " + corpus.size());
        SplittableRandom random = new SplittableRandom(SEED);
        BlockDecoder decoder = new BlockDecoder();
        byte[] room = new byte[2 * LONGEST];
        random.nextBytes(room);
        int taken = 0;
        for (int round = 0; round < BUDGET; round++) {
            byte[] block = damaged(random, corpus);
            try {
                taken += decodes(block, decoder, room) ? 1 : 0;
            } catch (RuntimeException | Error | BlockDecoder.Damaged e) {
                Path kept = Files.write(Files.createTempFile("block", ".bin"), block);
                throw new AssertionError("seed " + SEED + ", round " + round + ", kept as " + kept, e);
            }
        }
        assertTrue(taken > BUDGET / 100 && taken < BUDGET, "taken for blocks: " + taken + " of " + BUDGET);
    }

    @Test
    void whatIsKeptIsWhatItsNameSays() throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            write();
        }
        BlockDecoder decoder = new BlockDecoder();
        byte[] room = new byte[2 * LONGEST];
        try (Stream<Path> files = Files.list(CORPUS)) {
            for (Path file : files.sorted().toList()) {
                boolean whole = decodes(Files.readAllBytes(file), decoder, room);
                assertEquals(file.getFileName().toString().startsWith("whole-"), whole, file.toString());
            }
        } catch (BlockDecoder.Damaged e) {
            throw new AssertionError(e);
        }
    }

    // The blocks to begin with

    private static void write() throws IOException {
        Files.createDirectories(CORPUS);
        for (int events : new int[] {1, 5, 40, 200}) {
            Again block = new Again();
            JournalTest.random(events, SEED + events, block);
            block.encoder.seal();
            keep("whole-random-" + events, Arrays.copyOf(block.encoder.bytes(), block.encoder.length()));
        }
        Again fills = new Again();
        for (int i = 0; i < 60; i++) {
            fills.tlbFilled(i * 30L, 3, i & 15, i & 3, -1, i, 0x1023, (long) i << 12 | 0x63, 11, 0, 1, 0, 2);
        }
        fills.encoder.seal();
        keep("whole-fills", Arrays.copyOf(fills.encoder.bytes(), fills.encoder.length()));
        keep("whole-short-fills", shortFills(TraceHeader.FORMAT, 60));
        keep("whole-halves", shortFills(TraceHeader.FORMAT, BlockFormat.HALF + 60));
        // Format 2 has no halves.
        keep("damaged-half-begins-with-a-short-fill", shortFills(2, BlockFormat.HALF + 60));
        keep("damaged-begins-with-a-short-fill", payload(1, 0x80, 0));
        keep("damaged-short-fill-beyond-the-end", payload(2, 2, 0, 0x80));
        keep("damaged-late-fill-without-end", payload(2, 2, 0, 0x80, 0x80, 0xff, 0xff));
        Again texts = new Again();
        for (int i = 0; i < 4; i++) {
            texts.symbolDefined(Long.MAX_VALUE - 4 + i, i, "\u00e9\u20ac\ud83d\ude00".repeat(i));
        }
        texts.encoder.seal();
        byte[] text = Arrays.copyOf(texts.encoder.bytes(), texts.encoder.length());
        keep("whole-texts", text);
        byte[] noUtf8 = text.clone();
        noUtf8[noUtf8.length - 1] = (byte) 0xff;
        keep("damaged-text-no-utf8", sealed(noUtf8));
        keep("damaged-text-too-long", payload(1, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f));
        keep("damaged-no-event-of-this-number", payload(1, 0xff, 0));
        keep("damaged-too-many-fields", payload(1, 2, 0xff, 0xff, 0xff, 0xff, 0x7f));
        keep(
                "damaged-number-without-end",
                payload(1, 2, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
        keep(
                "damaged-ticks-go-back",
                payload(2, 2, 0, 2, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01));
        keep("damaged-more-events-than-bytes", payload(4096, 2, 0));
        keep("damaged-more-bytes-than-events", payload(1, 2, 0, 2, 0));
        keep("damaged-no-events", payload(0));
        keep("damaged-too-many-events", payload(4097, 2, 0));
        keep("damaged-negative-count", payload(-1, 2, 0));
    }

    private static byte[] shortFills(int format, int fills) {
        TlbFills run = new TlbFills(fills);
        for (int i = 0; i < fills; i++) {
            long page = i % 3 == 0 ? 0x8000 + i * 977L % 1024 : 0x8000 + i % 1024;
            run.add(
                    i * 20L + i % 5,
                    page,
                    0x500_0063,
                    (page * 5 & 0x3fff) << 12 | 0x63,
                    TlbFills.shape(
                            3, (int) page & 15, i & 3, i % 12, 11, 1, 0, i % 7 == 0 ? 2 : 0, i % 7 == 0 ? 0 : 2));
        }
        BlockEncoder encoder = new BlockEncoder(format, BlockGeometry.STANDARD);
        encoder.addFills(run.words(), 0, fills);
        encoder.seal();
        return Arrays.copyOf(encoder.bytes(), encoder.length());
    }

    private static byte[] payload(int count, int... bytes) {
        byte[] block = new byte[BlockFormat.PAYLOAD_AT + bytes.length];
        ByteBuffer head = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(BlockFormat.KIND_AT, BlockFormat.BLOCK);
        head.putInt(BlockFormat.COUNT_AT, count);
        for (int i = 0; i < bytes.length; i++) {
            block[BlockFormat.PAYLOAD_AT + i] = (byte) bytes[i];
        }
        return fitted(block);
    }

    private static void keep(String name, byte[] block) throws IOException {
        Files.write(CORPUS.resolve(name + ".block"), block);
    }
}

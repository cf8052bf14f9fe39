package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.traces.event.BlockGeometry;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;

/** The halves of a block: each is told without the other, whoever encodes them. */
class BlockHalvesTest {
    private static final long SEED = 20_261_128;
    private static final int HALF = BlockFormat.HALF;
    private static final int EVENTS = 150_000;
    private static final int FORMAT_WITHOUT_HALVES = 2;

    @TempDir
    Path temporary;

    /** Fills one after the other, one in so many of them odd. */
    private static void add(TlbFills run, int fills, long firstTick, SplittableRandom random, int oddOneIn) {
        long tick = firstTick;
        for (int i = 0; i < fills; i++) {
            tick += 7 + random.nextInt(20);
            long page = random.nextInt(3) == 0 ? random.nextInt(1 << 14) : 0x400 + (tick & 0xff);
            boolean odd = random.nextInt(oddOneIn) == 0;
            run.add(
                    tick,
                    odd ? random.nextLong() : page,
                    odd ? random.nextLong() : 0x500_0063 + (page >>> 10 << 12),
                    odd ? random.nextLong() : page + 0x3000 << 12 | 0x63,
                    TlbFills.shape(3, (int) page & 15, random.nextInt(4), random.nextInt(12) - 1, 11, 1, 0, 0, 2));
        }
    }

    private static long[] words(int fills) {
        TlbFills run = new TlbFills(fills);
        add(run, fills, 0, new SplittableRandom(SEED), Integer.MAX_VALUE);
        return run.words();
    }

    private static byte[] block(int format, long[] words) {
        BlockEncoder encoder = new BlockEncoder(format, BlockGeometry.STANDARD);
        int fills = words.length / TlbFills.WORDS;
        assertEquals(fills, encoder.addFills(words, 0, fills));
        encoder.seal();
        return Arrays.copyOf(encoder.bytes(), encoder.length());
    }

    @Test
    void theSecondHalfIsEncodedWithoutTheFirst() {
        long[] words = words(BlockFormat.EVENTS);
        byte[] whole = block(TraceHeader.FORMAT, words);
        BlockEncoder second = new BlockEncoder();
        second.beginSecondHalf(words[(HALF - 1) * TlbFills.WORDS]);
        second.addFills(words, HALF, BlockFormat.EVENTS);
        assertTrue(second.full());
        BlockEncoder first = new BlockEncoder();
        first.addFills(words, 0, HALF);
        second.takeFirstHalf(first);
        second.seal();
        assertArrayEquals(whole, Arrays.copyOf(second.bytes(), second.length()));
    }

    @Test
    void fillsOfBothHalvesComeBackAndFewAreInFull() throws BlockDecoder.Damaged {
        long[] words = words(BlockFormat.EVENTS);
        byte[] block = block(TraceHeader.FORMAT, words);
        BlockDecoder decoder = new BlockDecoder();
        decoder.take(block, block.length);
        long[] read = new long[words.length];
        int to = 0;
        int inFull = 0;
        while (decoder.left() > 0) {
            int fills = decoder.readFills();
            if (fills == 0) {
                decoder.readInFull();
                TlbFills.toWords(decoder.tick(), decoder.fields(), read, to);
                inFull++;
                to += TlbFills.WORDS;
            } else {
                System.arraycopy(decoder.fills().words(), 0, read, to, fills * TlbFills.WORDS);
                to += fills * TlbFills.WORDS;
            }
        }
        assertArrayEquals(words, read);
        assertTrue(inFull >= 2 && inFull < BlockFormat.EVENTS / 40, inFull + " in full");
    }

    @Test
    void aSecondHalfThatBeginsInTheShortFormIsDamaged() throws BlockDecoder.Damaged {
        byte[] block = block(FORMAT_WITHOUT_HALVES, words(HALF + 2));
        BlockDecoder decoder = new BlockDecoder(TraceHeader.FORMAT);
        decoder.take(block, block.length);
        BlockDecoder.Damaged damaged = assertThrows(BlockDecoder.Damaged.class, () -> {
            while (decoder.left() > 0) {
                decoder.next(new BlockCodingTest.Nothing());
            }
        });
        assertEquals("the first event of a half is in a short form", damaged.getMessage());
        assertEquals(2, decoder.left());
        BlockDecoder older = new BlockDecoder(FORMAT_WITHOUT_HALVES);
        older.take(block, block.length);
        while (older.left() > 0) {
            older.next(new BlockCodingTest.Nothing());
        }
    }

    /** Tells long runs, with another event between two of them now and then. */
    private static void tell(TraceEvents out, int oddOneIn, int otherOneIn) {
        SplittableRandom random = new SplittableRandom(SEED + oddOneIn);
        TlbFills run = new TlbFills();
        long tick = 0;
        for (int told = 0; told < EVENTS; told += run.count()) {
            run.clear();
            add(run, random.nextInt(3) == 0 ? TlbFills.CAPACITY : random.nextInt(1, 600), tick, random, oddOneIn);
            out.tlbFilled(run);
            tick = run.words()[(run.count() - 1) * TlbFills.WORDS];
            if (random.nextInt(otherOneIn) == 0) {
                out.frameCleared(tick, 1);
            }
        }
    }

    private Path write(String name, int format, int blockBytes, int oddOneIn, int otherOneIn, Threads threads)
            throws IOException {
        TraceHeader header = BlockDigestTest.header(format, new BlockGeometry(BlockGeometry.MOST_EVENTS, blockBytes));
        Path trace = temporary.resolve(name);
        try (JournalWriter writer = JournalWriter.create(trace, header, false, Sync.NONE, threads)) {
            tell(writer, oddOneIn, otherOneIn);
            writer.finish();
        }
        return QueueStore.dataFile(trace);
    }

    @ParameterizedTest
    @CsvSource({
        // Whole blocks in halves, and such as another event comes into.
        "3, 49152, 1000, 1000000",
        "3, 49152, 1000, 10",
        // A block has more bytes than it may have before its second half, or in it: always, and now and then.
        "3, 6000, 1000, 1000000",
        "3, 12000, 60, 1000000",
        "3, 16000, 1000, 1000000",
        "3, 21500, 1000, 100",
        "3, 23000, 300, 1000000",
        "3, 49152, 2, 30",
        // Blocks without halves.
        "2, 49152, 1000, 10"
    })
    void theFileIsTheSameWhenTwoEncodeEachBlock(int format, int blockBytes, int oddOneIn, int otherOneIn)
            throws IOException {
        Path one = write("one", format, blockBytes, oddOneIn, otherOneIn, Threads.ONE);
        Path two = write("two", format, blockBytes, oddOneIn, otherOneIn, Threads.HALVES);
        assertEquals(-1, Files.mismatch(one, two), () -> "seed " + SEED);
    }
}

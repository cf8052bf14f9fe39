package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;

/** Fills at the limits of what encoder and decoder keep packed, and beyond them. */
class PackedFillsTest {
    private static final long SEED = 20_261_130;
    private static final int ROUNDS = 300;
    private static final int FILLS = 600;

    /** So many bytes are enough for two fills in full. */
    private static final int TWO_IN_FULL = 120;

    private static final long[] CYCLES = {0, 0, 1, 2, 254, 255, 256, 300, 70_000, Integer.MAX_VALUE, 1L << 31, 1L << 32
    };
    private static final long[] PAGES = {0, 1, 2, 0xff, 0x100, 0x3ff, 0x400, 0xf_fffe, 0xf_ffff};
    private static final long[] LARGE_PAGES = {
        0x10_0000, 0x10_0001, 0x1f_ffff, 0x20_0000, 1L << 52, -1, -2, Long.MIN_VALUE
    };
    private static final long[] FRAMES = {0, 1, 0xff, 0x100, 0xffff, 0x1_0000, 0xf_fffe, 0xf_ffff};
    private static final long[] LARGE_FRAMES = {0x10_0000, 0x10_0001, 0xff_ffff, 0x100_0000, 0x800_0000, (1L << 52) - 1
    };

    private static long one(SplittableRandom random, long... of) {
        return of[random.nextInt(of.length)];
    }

    /** The words of fills that follow each other, repeat, and jump to the limits; one in so many is too large to be packed. */
    private static long[] fills(SplittableRandom random, int oneIn) {
        long[] words = new long[FILLS * TlbFills.WORDS];
        long tick = 1000;
        long page = 0x8000;
        for (int i = 0; i < FILLS; i++) {
            boolean large = random.nextInt(oneIn) == 0;
            int choice = random.nextInt(10);
            if (choice < 4) {
                page = page + 1;
            } else if (choice < 6 && i > 8) {
                page = words[(i - 1 - random.nextInt(8)) * TlbFills.WORDS + TlbFills.PAGE] + random.nextInt(2);
            } else if (choice < 8) {
                page = one(random, PAGES);
            } else {
                page = random.nextInt(1 << 20);
            }
            page = large ? one(random, LARGE_PAGES) : oneIn > FILLS ? page & 0xf_ffff : page;
            long frame =
                    switch (random.nextInt(large ? 6 : 5)) {
                        case 0 -> one(random, FRAMES);
                        case 1 -> random.nextInt(1 << 20);
                        case 5 -> one(random, LARGE_FRAMES);
                        default -> page * 3 & 0xf_ffff;
                    };
            long pde = 0x500_0063 + (page >>> 10 & 0x3f);
            pde = random.nextInt(60) == 0 ? 0xffff_ffffL : large && random.nextBoolean() ? pde + (1L << 32) : pde;
            tick += 9 + (random.nextInt(20) == 0 ? one(random, CYCLES) : random.nextInt(4));
            int at = i * TlbFills.WORDS;
            words[at] = tick;
            words[at + TlbFills.PAGE] = page;
            words[at + TlbFills.PDE] = pde;
            words[at + TlbFills.PTE] = frame << 12 | (random.nextInt(9) == 0 ? 0x21 : 0x63);
            words[at + TlbFills.SHAPE] = TlbFills.shape(
                    random.nextInt(12) == 0 ? 1 : 3,
                    (int) page & (random.nextInt(40) == 0 ? 31 : 15),
                    random.nextInt(30) == 0 ? random.nextInt(10) : random.nextInt(4),
                    random.nextInt(30) == 0 ? random.nextInt(17) : random.nextInt(12) - 1,
                    11,
                    1,
                    0,
                    random.nextInt(8) == 0 ? 2 : 0,
                    2);
        }
        return words;
    }

    private static byte[] block(long[]... parts) {
        BlockEncoder encoder = new BlockEncoder();
        for (long[] words : parts) {
            assertEquals(words.length / TlbFills.WORDS, encoder.addFills(words, 0, words.length / TlbFills.WORDS));
        }
        encoder.seal();
        return Arrays.copyOf(encoder.bytes(), encoder.length());
    }

    /** The words of a block's fills, read in runs or one by one. */
    private static long[] read(byte[] block, boolean runs) throws BlockDecoder.Damaged {
        BlockDecoder decoder = new BlockDecoder();
        decoder.take(block, block.length);
        long[] words = new long[decoder.left() * TlbFills.WORDS];
        int[] to = new int[1];
        FlatEvents one = new FlatEvents() {
            @Override
            protected void event(int id, long tick, long[] fields, int count, String text) {
                TlbFills.toWords(tick, fields, words, to[0]);
                to[0] += TlbFills.WORDS;
            }
        };
        while (decoder.left() > 0) {
            int read = runs ? decoder.readFills() : 0;
            if (read > 0) {
                System.arraycopy(decoder.fills().words(), 0, words, to[0], read * TlbFills.WORDS);
                to[0] += read * TlbFills.WORDS;
            } else {
                decoder.next(one);
            }
        }
        return words;
    }

    private static void readsBack(int oneIn) throws BlockDecoder.Damaged {
        SplittableRandom random = new SplittableRandom(SEED + oneIn);
        for (int round = 0; round < ROUNDS; round++) {
            long[] words = fills(random, oneIn);
            byte[] block = block(words);
            String where = "seed " + (SEED + oneIn) + ", round " + round;
            assertArrayEquals(words, read(block, true), where);
            assertArrayEquals(words, read(block, false), where);
        }
    }

    @Test
    void fillsOfTwentyBitsAreReadAsTheyWereWritten() throws BlockDecoder.Damaged {
        readsBack(Integer.MAX_VALUE);
    }

    @Test
    void fillsOfMoreAreReadAsTheyWereWrittenAmongOthers() throws BlockDecoder.Damaged {
        readsBack(3);
        readsBack(FILLS);
    }

    @Test
    void howFillsAreToldMakesNoDifferenceAtTheLimits() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            long[] words = fills(random, 100);
            int cut = random.nextInt(1, FILLS) * TlbFills.WORDS;
            assertArrayEquals(
                    block(words),
                    block(Arrays.copyOf(words, cut), Arrays.copyOfRange(words, cut, words.length)),
                    "seed " + SEED + ", round " + round);
        }
    }

    @Test
    void fillsAreWrittenTheSameWhetherTheirBlockIsPackedOrNot() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            long[] words = fills(random, Integer.MAX_VALUE);
            // Of two blocks the first fill differs, so that nothing is packed in one of them; nothing else of the block
            // is in its region.
            long[] small = {0, 0xe801, 0x63, 0x63, TlbFills.shape(3, 1, 0, 0, 11, 0, 0, 1, 2)};
            long[] large = small.clone();
            large[TlbFills.PDE] += 1L << 32;
            for (int at = 0; at < words.length; at += TlbFills.WORDS) {
                if ((words[at + TlbFills.PAGE] >>> 10 & 0x3f) == 0x3a) {
                    words[at + TlbFills.PAGE] ^= 0x400;
                }
            }
            byte[] packed = block(small, words);
            byte[] unpacked = block(large, words);
            int same = packed.length - BlockFormat.PAYLOAD_AT - TWO_IN_FULL;
            assertTrue(same > FILLS, "bytes: " + packed.length);
            assertArrayEquals(
                    Arrays.copyOfRange(packed, packed.length - same, packed.length),
                    Arrays.copyOfRange(unpacked, unpacked.length - same, unpacked.length),
                    "seed " + SEED + ", round " + round);
        }
    }
}

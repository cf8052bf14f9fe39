package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceEvents;

class BlockCodingTest {
    private static final long SEED = 20_260_103;

    /** Feeds an encoder. */
    private static final class Encoding extends FlatEvents {
        final BlockEncoder encoder = new BlockEncoder();

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            encoder.add(id, tick, fields, count, text);
        }
    }

    /** Takes events and does next to nothing with them. */
    static final class Nothing extends FlatEvents {
        long seen;

        long seen() {
            return seen;
        }

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            seen += id + tick + fields[0];
        }
    }

    private static byte[] block(int events, long seed) {
        Encoding encoding = new Encoding();
        JournalTest.random(events, seed, encoding);
        encoding.encoder.seal();
        return Arrays.copyOf(encoding.encoder.bytes(), encoding.encoder.length());
    }

    private static void decode(byte[] block, TraceEvents out) throws BlockDecoder.Damaged {
        BlockDecoder decoder = new BlockDecoder();
        decoder.take(block, block.length);
        while (decoder.left() > 0) {
            decoder.next(out);
        }
    }

    private static void reseal(byte[] block) {
        CRC32C crc = new CRC32C();
        crc.update(block, BlockFormat.CHECKED_FROM, block.length - BlockFormat.CHECKED_FROM);
        ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).putInt(BlockFormat.CHECKSUM_AT, (int) crc.getValue());
    }

    @Test
    void aBlockDecodesToWhatWasEncoded() throws BlockDecoder.Damaged {
        JournalTest.Lines written = new JournalTest.Lines();
        JournalTest.random(4096, SEED, written);
        JournalTest.Lines read = new JournalTest.Lines();
        decode(block(4096, SEED), read);
        assertEquals(written.lines, read.lines);
    }

    @Test
    void anyChangedByteIsNoticed() {
        byte[] block = block(50, SEED);
        for (int at = BlockFormat.CHECKSUM_AT; at < block.length; at++) {
            byte[] changed = block.clone();
            changed[at] ^= 0x10;
            assertThrows(BlockDecoder.Damaged.class, () -> decode(changed, new Nothing()), "byte " + at);
        }
    }

    @Test
    void aBlockWithTheRightChecksumAndTheWrongContentIsRefusedAndNothingElse() {
        SplittableRandom random = new SplittableRandom(SEED);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] block = block(1 + random.nextInt(20), round);
            byte[] changed = random.nextInt(4) == 0
                    ? Arrays.copyOf(block, Math.max(BlockFormat.CHECKED_FROM, random.nextInt(block.length)))
                    : block;
            for (int i = 0; i <= random.nextInt(3); i++) {
                int at = BlockFormat.CHECKED_FROM
                        + random.nextInt(Math.max(1, changed.length - BlockFormat.CHECKED_FROM));
                if (at < changed.length) {
                    changed[at] = (byte) random.nextInt(256);
                }
            }
            reseal(changed);
            try {
                decode(changed, new Nothing());
            } catch (BlockDecoder.Damaged e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + SEED + ", round " + round, e);
            }
        }
        assertTrue(refused > 1000, "refused " + refused);
    }

    @Test
    void neitherWayAllocatesForAnEvent() throws BlockDecoder.Damaged {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        Encoding encoding = new Encoding();
        BlockDecoder decoder = new BlockDecoder();
        Nothing nothing = new Nothing();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < 4096; i++) {
                encoding.tlbFilled(i, 3, i & 15, i & 3, -1, i * 7L, 0x1023, (long) i << 12, 11, 0, 1, 0, 2);
            }
            encoding.encoder.seal();
            decoder.take(encoding.encoder.bytes(), encoding.encoder.length());
            while (decoder.left() > 0) {
                decoder.next(nothing);
            }
            encoding.encoder.next();
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        assertTrue(nothing.seen() > 0);
        assertTrue(least < 4096, "bytes for 4,096 events: " + least);
    }

    @Test
    void aFillTakesFewBytes() {
        Encoding encoding = new Encoding();
        for (int i = 0; i < 4096; i++) {
            encoding.tlbFilled(i * 30L, 3, i & 15, i & 3, -1, i, 0x1023, (long) i << 12 | 0x63, 11, 0, 1, 0, 2);
        }
        encoding.encoder.seal();
        double each = (double) encoding.encoder.length() / 4096;
        assertTrue(each < 12, "bytes an event: " + each);
    }
}

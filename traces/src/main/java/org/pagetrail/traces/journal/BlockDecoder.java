package org.pagetrail.traces.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceEvents;

/**
 * One block at a time to events; the other side is {@link BlockEncoder}, the layout {@link BlockFormat}.
 *
 * <p>A block's head and checksum are checked when it is taken in, so that what it tells is what was written.
 */
final class BlockDecoder {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** How many fields an event has by its number, and -1 - fields for the one with a text; 0 fields for no event. */
    private static final byte[] SHAPES = shapes();

    private static final byte NO_EVENT = Byte.MIN_VALUE;

    private final long[] last = new long[EventId.LIMIT * FlatEvents.MAX_FIELDS];
    private final long[] fields = new long[FlatEvents.MAX_FIELDS];
    private final CRC32C crc = new CRC32C();
    private byte[] bytes;
    private int at;
    private int end;
    private int left;
    private long tick;
    private int textAt;
    private int textLength;

    /** A block that is not what a writer wrote; the message says how. */
    static final class Damaged extends Exception {
        private static final long serialVersionUID = 1L;

        Damaged(String what) {
            super(what, null, false, false);
        }
    }

    /** Learns every event's number of fields from the vocabulary itself, without the cost of its annotations. */
    private static byte[] shapes() {
        byte[] shapes = new byte[EventId.LIMIT];
        Arrays.fill(shapes, NO_EVENT);
        FlatEvents probe = new FlatEvents() {
            @Override
            protected void event(int id, long tick, long[] fields, int count, String text) {
                shapes[id] = (byte) (text == null ? count : -1 - count);
            }
        };
        long[] none = new long[FlatEvents.MAX_FIELDS];
        for (int id = 0; id < EventId.LIMIT; id++) {
            if (EventDispatch.has(id)) {
                EventDispatch.dispatch(id, 0, none, "", probe);
            }
        }
        return shapes;
    }

    /** Checks a checked document's checksum against its bytes. */
    static boolean checksumAgrees(byte[] document, int length, CRC32C crc) {
        crc.reset();
        crc.update(document, BlockFormat.CHECKED_FROM, length - BlockFormat.CHECKED_FROM);
        return (int) crc.getValue() == checksum(document);
    }

    static int checksum(byte[] document) {
        return (int) INT.get(document, BlockFormat.CHECKSUM_AT);
    }

    static int kind(byte[] document) {
        return (int) INT.get(document, BlockFormat.KIND_AT);
    }

    static int jsonLength(byte[] document) {
        return (int) INT.get(document, BlockFormat.JSON_LENGTH_AT);
    }

    static long firstOrdinal(byte[] block) {
        return (long) LONG.get(block, BlockFormat.FIRST_ORDINAL_AT);
    }

    static long firstTick(byte[] block) {
        return (long) LONG.get(block, BlockFormat.FIRST_TICK_AT);
    }

    static long lastTick(byte[] block) {
        return (long) LONG.get(block, BlockFormat.LAST_TICK_AT);
    }

    static int count(byte[] block) {
        return (int) INT.get(block, BlockFormat.COUNT_AT);
    }

    /**
     * Takes a block in.
     *
     * @throws Damaged when it is not what a writer wrote; the decoder then has no events
     */
    void take(byte[] block, int length) throws Damaged {
        left = 0;
        if (length < BlockFormat.PAYLOAD_AT) {
            throw new Damaged("it ends inside its head");
        }
        if (!checksumAgrees(block, length, crc)) {
            throw new Damaged("its checksum differs");
        }
        int count = count(block);
        int payload = (int) INT.get(block, BlockFormat.PAYLOAD_LENGTH_AT);
        if (count < 1 || count > BlockFormat.EVENTS || payload != length - BlockFormat.PAYLOAD_AT) {
            throw new Damaged("its head does not fit its length");
        }
        bytes = block;
        end = length;
        Arrays.fill(last, 0);
        at = BlockFormat.PAYLOAD_AT;
        tick = firstTick(block);
        left = count;
    }

    /** How many events of the block are not told yet. */
    int left() {
        return left;
    }

    /**
     * Tells the next event.
     *
     * @throws Damaged when the block, though its checksum is right, is not what a writer writes
     */
    void next(TraceEvents out) throws Damaged {
        int id;
        try {
            id = decode();
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new Damaged("its events run beyond its end");
        }
        if (left == 0 && (at != end || tick != lastTick(bytes))) {
            throw new Damaged("its events do not fill it");
        }
        String text = textLength < 0 ? null : text();
        EventDispatch.dispatch(id, tick, fields, text, out);
    }

    private String text() throws Damaged {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, textAt, textLength))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Damaged("a text is no UTF-8");
        }
    }

    private int decode() throws Damaged {
        int id = bytes[at++] & 0xff;
        int shape = id < SHAPES.length ? SHAPES[id] : NO_EVENT;
        if (shape == NO_EVENT) {
            throw new Damaged("it has an event with the number " + id + ", which there is not");
        }
        int count = shape < 0 ? -1 - shape : shape;
        long mask = varint();
        if (mask >>> count + 1 != 0) {
            throw new Damaged("an event has more fields than there are");
        }
        if ((mask & 1) != 0) {
            long difference = varint();
            tick += difference;
            if (difference < 0 || tick < 0) {
                throw new Damaged("its ticks go back");
            }
        }
        int base = id * FlatEvents.MAX_FIELDS;
        for (int i = 0; i < count; i++) {
            if ((mask >>> i & 2) != 0) {
                long zigzag = varint();
                last[base + i] += zigzag >>> 1 ^ -(zigzag & 1);
            }
            fields[i] = last[base + i];
        }
        textLength = -1;
        if (shape < 0) {
            long length = varint();
            if (length < 0 || length > end - at) {
                throw new Damaged("a text runs beyond its end");
            }
            if (length > BlockFormat.LONGEST_TEXT) {
                throw new Damaged("a text is longer than any is");
            }
            textAt = at;
            textLength = (int) length;
            at += textLength;
        }
        if (at > end) {
            throw new Damaged("its events run beyond its end");
        }
        left--;
        return id;
    }

    private long varint() throws Damaged {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte b = bytes[at++];
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new Damaged("a number in it does not end");
    }
}

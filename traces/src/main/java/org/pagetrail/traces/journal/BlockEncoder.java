package org.pagetrail.traces.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.pagetrail.traces.event.BlockGeometry;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;

/** Events to one block at a time; the other side is {@link BlockDecoder}, the layout {@link BlockFormat}. */
final class BlockEncoder {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The most that an event without its text takes: number, mask, tick and fields. */
    private static final int LARGEST_EVENT = 1 + 3 + 10 + FlatEvents.MAX_FIELDS * 10;

    private final long[] last = new long[EventId.LIMIT * FlatEvents.MAX_FIELDS];
    private final CRC32C crc = new CRC32C();
    private final BlockGeometry geometry;
    private byte[] bytes = new byte[1 << 16];
    private int end = BlockFormat.PAYLOAD_AT;
    private int count;
    private long firstOrdinal;
    private long firstTick;
    private long lastTick;

    /** Encodes blocks that end as this release's do. */
    BlockEncoder() {
        this(BlockGeometry.STANDARD);
    }

    /** Encodes blocks that end as a geometry says. */
    BlockEncoder(BlockGeometry geometry) {
        this.geometry = geometry;
    }

    /** Whether the block ends with the event that was added last. */
    boolean ends(int id) {
        return count == geometry.events() || id == EventId.PHASE_ENDED || end >= geometry.bytes();
    }

    /** How many events the block has. */
    int count() {
        return count;
    }

    /** The tick of its last event. */
    long lastTick() {
        return lastTick;
    }

    /**
     * Adds an event.
     *
     * @throws IllegalArgumentException for a tick before the last event's, or a text that is too long
     */
    void add(int id, long tick, long[] fields, int fieldCount, String text) {
        byte[] utf8 = text == null ? null : utf8(text);
        reserve(LARGEST_EVENT + (utf8 == null ? 0 : 3 + utf8.length));
        if (count == 0) {
            firstTick = tick;
        } else if (tick < lastTick) {
            throw new IllegalArgumentException("tick " + tick + " after tick " + lastTick);
        }
        int base = id * FlatEvents.MAX_FIELDS;
        int mask = count == 0 || tick == lastTick ? 0 : 1;
        for (int i = 0; i < fieldCount; i++) {
            if (fields[i] != last[base + i]) {
                mask |= 2 << i;
            }
        }
        int at = end;
        bytes[at++] = (byte) id;
        at = varint(at, mask);
        if ((mask & 1) != 0) {
            at = varint(at, tick - lastTick);
        }
        for (int i = 0; i < fieldCount; i++) {
            if ((mask >>> i & 2) != 0) {
                long difference = fields[i] - last[base + i];
                last[base + i] = fields[i];
                at = varint(at, difference << 1 ^ difference >> 63);
            }
        }
        if (utf8 != null) {
            at = varint(at, utf8.length);
            System.arraycopy(utf8, 0, bytes, at, utf8.length);
            at += utf8.length;
        }
        end = at;
        lastTick = tick;
        count++;
    }

    private static byte[] utf8(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > BlockFormat.LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "a text of " + utf8.length + " bytes; the longest is " + BlockFormat.LONGEST_TEXT);
        }
        return utf8;
    }

    private void reserve(int more) {
        if (bytes.length - end < more) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length + more);
        }
    }

    private int varint(int at, long value) {
        long rest = value;
        int to = at;
        while ((rest & ~0x7fL) != 0) {
            bytes[to++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[to++] = (byte) rest;
        return to;
    }

    /** Completes the block: writes its head and checksum. It is then {@link #bytes} up to {@link #length}. */
    void seal() {
        INT.set(bytes, BlockFormat.KIND_AT, BlockFormat.BLOCK);
        LONG.set(bytes, BlockFormat.FIRST_ORDINAL_AT, firstOrdinal);
        LONG.set(bytes, BlockFormat.FIRST_TICK_AT, firstTick);
        LONG.set(bytes, BlockFormat.LAST_TICK_AT, lastTick);
        INT.set(bytes, BlockFormat.COUNT_AT, count);
        INT.set(bytes, BlockFormat.PAYLOAD_LENGTH_AT, end - BlockFormat.PAYLOAD_AT);
        crc.reset();
        crc.update(bytes, BlockFormat.CHECKED_FROM, end - BlockFormat.CHECKED_FROM);
        INT.set(bytes, BlockFormat.CHECKSUM_AT, (int) crc.getValue());
    }

    /** The sealed block's checksum. */
    int checksum() {
        return (int) crc.getValue();
    }

    /** The block's bytes, valid up to {@link #length}. */
    byte[] bytes() {
        return bytes;
    }

    /** The block's length. */
    int length() {
        return end;
    }

    /** Begins the next block. */
    void next() {
        firstOrdinal += count;
        count = 0;
        end = BlockFormat.PAYLOAD_AT;
        Arrays.fill(last, 0);
    }
}

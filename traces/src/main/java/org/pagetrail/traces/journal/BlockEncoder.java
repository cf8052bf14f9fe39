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
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceHeader;

/**
 * Events to one block at a time; the other side is {@link BlockDecoder}, the layout {@link BlockFormat}.
 *
 * <p>What is written depends on the block's events alone, and not on whether fills are told one by one or in runs.
 */
final class BlockEncoder {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The most that an event without its text takes: number, mask, tick and fields. */
    private static final int LARGEST_EVENT = 1 + 3 + 10 + FlatEvents.MAX_FIELDS * 10;

    private static final int FILL_BASE = EventId.TLB_FILLED * FlatEvents.MAX_FIELDS;

    /** Bits of a fill's word that are 0 when its ways are small enough for a short form. */
    private static final long LARGE_WAYS =
            (0xffffL & -BlockFormat.WAYS) << 20 | (0xffffL & -BlockFormat.SECOND_WAYS) << 36;

    private static final int MEMO_BITS = 6;

    private final long[] last = new long[EventId.LIMIT * FlatEvents.MAX_FIELDS];
    private final CRC32C crc = new CRC32C();
    private final BlockGeometry geometry;
    private final int format;
    private final boolean shortFills;
    private final FillModel model = new FillModel();

    /** Which fill of the block was the last with a page's last bits. */
    private final int[] seenAs = new int[FillModel.SEEN_MASK + 1];

    /** Where a kind of fills was found in the model, by some bits of it: only to look there first. */
    private final int[] memo = new int[1 << MEMO_BITS];

    /** One fill that was told by itself, and the last one that was encoded, if that is newer than what {@code last} has. */
    private final long[] single = new long[TlbFills.WORDS];

    private final long[] lastFill = new long[TlbFills.WORDS];
    private boolean lastFillIsNewer;
    private long lastPage;
    private final long[] fields = new long[FlatEvents.MAX_FIELDS];
    private byte[] bytes = new byte[1 << 16];
    private int end = BlockFormat.PAYLOAD_AT;
    private int count;
    private long firstOrdinal;
    private long firstTick;
    private long lastTick;

    /** Encodes blocks of this release's format that end as its do. */
    BlockEncoder() {
        this(TraceHeader.FORMAT, BlockGeometry.STANDARD);
    }

    /** Encodes the blocks of the trace that has this header. */
    BlockEncoder(TraceHeader header) {
        this(header.format(), header.geometry());
    }

    /** Encodes blocks of a format that end as a geometry says. */
    BlockEncoder(int format, BlockGeometry geometry) {
        this.format = format;
        this.geometry = geometry;
        shortFills = BlockFormat.hasShortFills(format);
        Arrays.fill(memo, FillModel.SHAPES);
        begin();
    }

    /** The format of its blocks. */
    int format() {
        return format;
    }

    /** Whether the block ends with the event that was added last. */
    boolean ends(int id) {
        return id == EventId.PHASE_ENDED || full();
    }

    /** Whether the block takes no more events. */
    boolean full() {
        return count == geometry.events() || end >= geometry.bytes();
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
        if (id == EventId.TLB_FILLED && shortFills && BlockFormat.fitsWords(fields)) {
            BlockFormat.toWords(tick, fields, single, 0);
            addFills(single, 0, 1);
        } else {
            addInFull(id, tick, fields, fieldCount, text);
        }
    }

    private void addInFull(int id, long tick, long[] fields, int fieldCount, String text) {
        byte[] utf8 = text == null ? null : utf8(text);
        reserve(LARGEST_EVENT + (utf8 == null ? 0 : 3 + utf8.length));
        if (count == 0) {
            firstTick = tick;
        } else if (tick < lastTick) {
            throw new IllegalArgumentException("tick " + tick + " after tick " + lastTick);
        }
        int base = id * FlatEvents.MAX_FIELDS;
        if (id == EventId.TLB_FILLED && lastFillIsNewer) {
            BlockFormat.toFields(lastFill, 0, last, FILL_BASE);
            lastFillIsNewer = false;
        }
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

    /**
     * Adds fills until the block is full, at least one.
     *
     * @param words of the fills, as of {@link TlbFills}
     * @param from the first to add
     * @param to the first that is not to be added any more, more than {@code from}
     * @return the first that was not added, which is {@code to} unless the block is {@linkplain #full full} before
     * @throws IllegalArgumentException for a tick before the last event's
     */
    int addFills(long[] words, int from, int to) {
        if (!shortFills) {
            return addFillsInFull(words, from, to);
        }
        reserve(geometry.bytes() + LARGEST_EVENT);
        int next = from;
        do {
            if (count > 0) {
                next = addShort(words, next, Math.min(to, next + geometry.events() - count));
            }
            if (next < to && (next == from || !full())) {
                addFillInFull(words, next++);
            }
        } while (next < to && !full());
        return next;
    }

    /** Adds fills up to the first for which there is no short form, or until the block has as many bytes as it may; which that is. */
    private int addShort(long[] fills, int from, int to) {
        byte[] out = bytes;
        long[] known = model.words();
        int most = geometry.bytes();
        int at = end;
        int number = model.count();
        long tickBefore = lastTick;
        long pageBefore = lastPage;
        int i = from;
        while (i < to) {
            int word = i * TlbFills.WORDS;
            long page = fills[word + TlbFills.PAGE];
            long pte = fills[word + TlbFills.PTE];
            long shape = fills[word + TlbFills.SHAPE];
            int kind = find(FillModel.kind(shape, pte));
            if (kind < 0) {
                break;
            }
            long tick = fills[word];
            long cycles = tick - tickBefore - known[kind + FillModel.LEAST];
            int region = FillModel.region(page);
            int tlb = (int) shape & FillModel.TLB_MASK;
            long set = page >>> known[FillModel.SHIFTS + tlb] & known[FillModel.SETS + tlb];
            long displacement = (pte >>> FillModel.FRAME_SHIFT) - page;
            int seen = FillModel.seen(page);
            int before = FillModel.seen(page - 1);
            // Whether the page follows that of one of the last few: all bits clear if so, set if not.
            int distance = number - 1 - seenAs[(int) page - 1 & FillModel.SEEN_MASK];
            long other = known[before] ^ page - 1 | distance >>> 2;
            long jump = (other | -other) >> 63;
            long away = page - pageBefore;
            long pageResidual = (away << 1 ^ away >> 63) & jump;
            long follows = known[before + 1];
            long moved = displacement - follows - (known[region + 1] - follows & jump);
            long frameResidual = moved << 1 ^ moved >> 63;
            int pageBytes = Math.max(bytesOf(pageResidual), (int) jump & 1);
            int way = distance & ~(int) jump | pageBytes + 3 & (int) jump;
            // In one go: that the first does not hold is as likely as not, and a wrong guess of it costs more than the
            // rest.
            if ((~jump | known[seen] ^ page | known[seen + 1] ^ displacement) == 0) {
                way = BlockFormat.SEEN_AGAIN;
                pageBytes = 1;
                pageResidual = page & FillModel.SEEN_MASK;
                frameResidual = 0;
            }
            long unfit = known[region] ^ fills[word + TlbFills.PDE]
                    | set ^ TlbFills.set(shape)
                    | shape & LARGE_WAYS
                    | cycles >>> 31
                    | (pageResidual | frameResidual) >>> 24;
            if (unfit != 0) {
                break;
            }
            int frameBytes = bytesOf(frameResidual);
            int late = (int) (-cycles >>> 63);
            int head = BlockFormat.SHORT
                    | way << BlockFormat.PAGE_SHIFT
                    | frameBytes << BlockFormat.FRAME_BYTES_SHIFT
                    | kind - FillModel.SHAPES >> 1
                    | (int) (shape >>> 20 - BlockFormat.WAY_SHIFT) & BlockFormat.WAYS - 1 << BlockFormat.WAY_SHIFT
                    | (int) (shape >>> 36 - BlockFormat.SECOND_WAY_SHIFT)
                            & BlockFormat.SECOND_WAYS - 1 << BlockFormat.SECOND_WAY_SHIFT
                    | late << BlockFormat.LATE_SHIFT;
            LONG.set(out, at, head | pageResidual << 16 | frameResidual << 16 + Byte.SIZE * pageBytes);
            at += 2 + pageBytes + frameBytes;
            out[at] = (byte) cycles;
            at += late;
            if (cycles >= BlockFormat.LONG_LATE) {
                out[at - 1] = (byte) BlockFormat.LONG_LATE;
                at = varint(at, cycles - BlockFormat.LONG_LATE);
            }
            known[seen] = page;
            known[seen + 1] = displacement;
            known[region + 1] = displacement;
            seenAs[(int) page & FillModel.SEEN_MASK] = number++;
            pageBefore = page;
            tickBefore = tick;
            i++;
            if (at >= most) {
                break;
            }
        }
        end = at;
        lastTick = tickBefore;
        lastPage = pageBefore;
        model.count(number);
        count += i - from;
        if (i > from) {
            System.arraycopy(fills, (i - 1) * TlbFills.WORDS, lastFill, 0, TlbFills.WORDS);
            lastFillIsNewer = true;
        }
        return i;
    }

    /** Where the model has a kind of fills, or -1. */
    private int find(long kind) {
        int place = (int) (kind * 0x9E37_79B9_7F4A_7C15L >>> Long.SIZE - MEMO_BITS);
        int found = memo[place];
        if (model.words()[found] != kind) {
            found = model.find(kind);
            if (found >= 0) {
                memo[place] = found;
            }
        }
        return found;
    }

    /** How many bytes a number takes; 0 for 0. */
    private static int bytesOf(long value) {
        return Long.SIZE + Byte.SIZE - 1 - Long.numberOfLeadingZeros(value) >>> 3;
    }

    private int addFillsInFull(long[] words, int from, int to) {
        int next = from;
        do {
            BlockFormat.toFields(words, next * TlbFills.WORDS, fields, 0);
            addInFull(EventId.TLB_FILLED, words[next * TlbFills.WORDS], fields, FlatEvents.MAX_FIELDS, null);
            next++;
        } while (next < to && !full());
        return next;
    }

    private void addFillInFull(long[] words, int fill) {
        int at = fill * TlbFills.WORDS;
        long cycles = count == 0 ? -1 : words[at] - lastTick;
        addFillsInFull(words, fill, fill + 1);
        seenAs[(int) words[at + TlbFills.PAGE] & FillModel.SEEN_MASK] = model.count();
        model.learn(words, at, cycles);
        lastPage = words[at + TlbFills.PAGE];
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
        begin();
    }

    private void begin() {
        model.clear();
        lastFillIsNewer = false;
        lastPage = 0;
        // No fill is so near to those that there were not.
        Arrays.fill(seenAs, -FillModel.RECENT - 1);
    }
}

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
    private static final long LARGE_WAYS = (0xffffL & -BlockFormat.WAYS) << TlbFills.WAY_SHIFT
            | (0xffffL & -BlockFormat.SECOND_WAYS) << TlbFills.SECOND_WAY_SHIFT;

    /** Bits that say which of the last few fills it is. */
    private static final int AGO_BITS = Integer.numberOfTrailingZeros(FillModel.RECENT);

    /** A head with as many bytes of page and frame as a number has zeros. */
    private static final int NO_BYTES =
            BlockFormat.SHORT + (Long.BYTES << BlockFormat.PAGE_SHIFT) + (Long.BYTES << BlockFormat.FRAME_BYTES_SHIFT);

    private static final int MEMO_BITS = 6;

    private final long[] last = new long[EventId.LIMIT * FlatEvents.MAX_FIELDS];
    private final CRC32C crc = new CRC32C();
    private final BlockGeometry geometry;
    private final int format;
    private final boolean shortFills;
    private final int half;
    private final FillModel model = new FillModel();

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

    /** With so many events the second half begins, if that is still to come. */
    private int halfAt;

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
        half = BlockFormat.half(format);
        Arrays.fill(memo, FillModel.KINDS);
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

    /** The ordinal of the block's first event. */
    long firstOrdinal() {
        return firstOrdinal;
    }

    /** How many events the block has. */
    int count() {
        return count;
    }

    /**
     * Adds an event.
     *
     * @throws IllegalArgumentException for a tick before the last event's, or a text that is too long
     */
    void add(int id, long tick, long[] fields, int fieldCount, String text) {
        if (id == EventId.TLB_FILLED && shortFills && TlbFills.fits(fields)) {
            TlbFills.toWords(tick, fields, single, 0);
            addFills(single, 0, 1);
        } else {
            addInFull(id, tick, fields, fieldCount, text);
        }
    }

    private void addInFull(int id, long tick, long[] fields, int fieldCount, String text) {
        byte[] utf8 = text == null ? null : utf8(text);
        beginHalf();
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
                beginHalf();
                int stop = halfAt > 0 ? Math.min(halfAt, geometry.events()) : geometry.events();
                next = addAllShort(words, next, Math.min(to, next + stop - count));
            }
            if (next < to && (next == from || !full())) {
                addFillInFull(words, next++);
            }
        } while (next < to && !full());
        return next;
    }

    /** Adds fills up to the first for which there is no short form, or until the block is full; which that is. */
    private int addAllShort(long[] words, int from, int to) {
        int next = from;
        while (next < to && !full()) {
            if (model.isPacked()) {
                next = addPacked(words, next, to);
            }
            if (next < to && !full() && !addShort(words, next++)) {
                return next - 1;
            }
        }
        return next;
    }

    /**
     * As {@link #addAllShort}, but ends before a fill that is not packed or that comes very late as well.
     *
     * <p>Nearly all of a long recording goes through here. What goes without saying while pages and frames have 20 bits is not tested:
     * that their differences fit three bytes. There is no branch on what is random, and no call.
     */
    private int addPacked(long[] fills, int from, int to) {
        byte[] out = bytes;
        long[] known = model.words();
        long[] places = model.places();
        long[] regions = model.regions();
        int most = geometry.bytes();
        int at = end;
        long number = (long) model.count() + FillModel.FIRST_NUMBER;
        long tickBefore = lastTick;
        long pageBefore = lastPage;
        int kindHead = 0;
        long kindShape = 0;
        long kindFlags = -1;
        long least = 0;
        long mask = 0;
        int turn = 0;
        int word = from * TlbFills.WORDS;
        int stop = to * TlbFills.WORDS;
        do {
            long tick = fills[word];
            long shape = fills[word + TlbFills.SHAPE];
            long page = fills[word + TlbFills.PAGE];
            long pde = fills[word + TlbFills.PDE];
            long pte = fills[word + TlbFills.PTE];
            // In the place of kind and set 0 if they are as predicted, above them the ways.
            long ways = shape ^ kindShape ^ Long.rotateRight(page, turn) & mask;
            if ((ways & ~BlockFormat.SMALL_WAYS | pte & FillModel.FLAG_MASK ^ kindFlags) != 0) {
                int kind = find(FillModel.kind(shape, pte));
                if (kind < 0) {
                    break;
                }
                int tlb = TlbFills.tlb(shape);
                kindHead = NO_BYTES | (kind - FillModel.KINDS) / FillModel.KIND_WORDS;
                kindShape = shape & TlbFills.KIND_MASK;
                kindFlags = pte & FillModel.FLAG_MASK;
                least = known[kind + FillModel.LEAST];
                mask = known[FillModel.SETS + tlb] << TlbFills.SET_SHIFT;
                turn = (int) known[FillModel.SHIFTS + tlb] - TlbFills.SET_SHIFT;
                ways = shape ^ kindShape ^ Long.rotateRight(page, turn) & mask;
                if ((ways & ~BlockFormat.SMALL_WAYS) != 0) {
                    break;
                }
            }
            long cycles = tick - tickBefore - least;
            long frame = pte >>> FillModel.FRAME_SHIFT;
            int regionAt = (int) (page >>> FillModel.REGION_SHIFT) & regions.length - 1;
            long region = regions[regionAt];
            // The last of them says that the cycles are less than LONG_LATE.
            if (((page | frame) >>> FillModel.PACKED_BITS
                            | region & FillModel.REGION_PDE ^ pde
                            | (cycles | cycles + 1) >>> Byte.SIZE)
                    != 0) {
                break;
            }
            long displacement = frame - page;
            long numbered = (page << FillModel.PLACE_PAGE) + number;
            long place = displacement << FillModel.PLACE_DISPLACEMENT | numbered;
            long before = places[(int) page - 1 & places.length - 1];
            // Page and number less one each, less those of the page before this one: how many fills ago it was, if that
            // is not many.
            long ago = numbered - (1 << FillModel.PLACE_PAGE | 1) - before;
            // All bits set unless that is less than four; what is above the page is the displacement's.
            long jump = -(ago
                            << Long.SIZE - FillModel.PLACE_DISPLACEMENT
                            >>> Long.SIZE - FillModel.PLACE_DISPLACEMENT + AGO_BITS)
                    >> Long.SIZE - 1;
            long follows = before >> FillModel.PLACE_DISPLACEMENT;
            long pageResidual = zigzag(page - pageBefore) & jump;
            long frameResidual =
                    zigzag(displacement - follows - ((region >> FillModel.REGION_DISPLACEMENT) - follows & jump));
            // Bytes of eight that are zero; a jump takes at least one.
            int pageZeros = Long.numberOfLeadingZeros(pageResidual | jump & 1) >>> 3;
            int way = (int) (ago | jump) & FillModel.RECENT - 1;
            int seenAt = (int) page & places.length - 1;
            if ((places[seenAt] ^ place) >>> FillModel.PLACE_PAGE == 0 && jump != 0) {
                way = BlockFormat.SEEN_AGAIN - 1;
                pageZeros = Long.BYTES - 1;
                pageResidual = page & FillModel.SEEN_MASK;
                frameResidual = 0;
            }
            int frameZeros = Long.numberOfLeadingZeros(frameResidual) >>> 3;
            int late = (int) (-cycles >>> Long.SIZE - 1);
            int head = kindHead
                    + (way - pageZeros << BlockFormat.PAGE_SHIFT)
                    - (frameZeros << BlockFormat.FRAME_BYTES_SHIFT)
                    + (((int) (ways >>> TlbFills.WAY_SHIFT - BlockFormat.WAY_SHIFT)
                                    | (int) (ways >>> TlbFills.SECOND_WAY_SHIFT - BlockFormat.SECOND_WAY_SHIFT))
                            & BlockFormat.HEAD_WAYS)
                    + (late << BlockFormat.LATE_SHIFT);
            LONG.set(out, at, head | pageResidual << 16 | frameResidual << 16 + Long.SIZE - (pageZeros << 3));
            at += 2 + 2 * Long.BYTES - pageZeros - frameZeros;
            out[at] = (byte) cycles;
            at += late;
            places[seenAt] = place;
            regions[regionAt] = displacement << FillModel.REGION_DISPLACEMENT | pde;
            number++;
            pageBefore = page;
            tickBefore = tick;
            word += TlbFills.WORDS;
        } while (at < most && word < stop);
        int next = word / TlbFills.WORDS;
        if (next > from) {
            end = at;
            lastTick = tickBefore;
            lastPage = pageBefore;
            model.count(model.count() + next - from);
            count += next - from;
            told(fills, next - 1);
        }
        return next;
    }

    /** Adds a fill of any size in the short form, or does nothing if there is none for it; whether it did. */
    private boolean addShort(long[] fills, int fill) {
        int word = fill * TlbFills.WORDS;
        long page = fills[word + TlbFills.PAGE];
        long pde = fills[word + TlbFills.PDE];
        long pte = fills[word + TlbFills.PTE];
        long shape = fills[word + TlbFills.SHAPE];
        int kind = model.find(FillModel.kind(shape, pte));
        if (kind < 0
                || model.set(page, TlbFills.tlb(shape)) != TlbFills.set(shape)
                || (shape & LARGE_WAYS) != 0
                || model.pde(page) != pde) {
            return false;
        }
        long cycles = fills[word] - lastTick - model.words()[kind + FillModel.LEAST];
        long displacement = (pte >>> FillModel.FRAME_SHIFT) - page;
        int way = model.fillsSince(page - 1);
        int pageBytes = 0;
        long pageResidual = 0;
        long frameResidual = 0;
        if (model.seenPage(page - 1) == page - 1 && way < FillModel.RECENT) {
            frameResidual = zigzag(displacement - model.seenDisplacement(page - 1));
        } else if (model.seenPage(page) == page && model.seenDisplacement(page) == displacement) {
            way = BlockFormat.SEEN_AGAIN;
            pageBytes = 1;
            pageResidual = page & FillModel.SEEN_MASK;
        } else {
            pageResidual = zigzag(page - lastPage);
            frameResidual = zigzag(displacement - model.regionDisplacement(page));
            pageBytes = Math.max(1, bytesOf(pageResidual));
            way = FillModel.RECENT - 1 + pageBytes;
        }
        int frameBytes = bytesOf(frameResidual);
        if (cycles >>> 31 != 0 || pageBytes > 3 || frameBytes > 3) {
            return false;
        }
        int late = cycles > 0 ? 1 : 0;
        int head = BlockFormat.SHORT
                | way << BlockFormat.PAGE_SHIFT
                | frameBytes << BlockFormat.FRAME_BYTES_SHIFT
                | (kind - FillModel.KINDS) / FillModel.KIND_WORDS
                | TlbFills.way(shape) << BlockFormat.WAY_SHIFT
                | TlbFills.secondLevelWay(shape) + 1 << BlockFormat.SECOND_WAY_SHIFT
                | late << BlockFormat.LATE_SHIFT;
        LONG.set(bytes, end, head | pageResidual << 16 | frameResidual << 16 + Byte.SIZE * pageBytes);
        end += 2 + pageBytes + frameBytes;
        if (late != 0) {
            bytes[end++] = (byte) Math.min(cycles, BlockFormat.LONG_LATE);
            if (cycles >= BlockFormat.LONG_LATE) {
                end = varint(end, cycles - BlockFormat.LONG_LATE);
            }
        }
        model.add(page, displacement, pde);
        lastTick = fills[word];
        lastPage = page;
        count++;
        told(fills, fill);
        return true;
    }

    /** Keeps the last fill, which the next one in full is told by its differences from. */
    private void told(long[] fills, int fill) {
        System.arraycopy(fills, fill * TlbFills.WORDS, lastFill, 0, TlbFills.WORDS);
        lastFillIsNewer = true;
    }

    private static long zigzag(long value) {
        return value << 1 ^ value >> Long.SIZE - 1;
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
        begin();
    }

    private void begin() {
        halfAt = half;
        forget();
    }

    /** Begins the second half of the block where its events are. */
    private void beginHalf() {
        if (count == halfAt) {
            halfAt = 0;
            forget();
        }
    }

    private void forget() {
        Arrays.fill(last, 0);
        model.clear();
        lastFillIsNewer = false;
        lastPage = 0;
    }

    /**
     * Begins with the second half of a block, whose first half another encodes.
     *
     * @param tickBefore the tick of the first half's last event
     */
    void beginSecondHalf(long tickBefore) {
        begin();
        halfAt = 0;
        count = half;
        end = BlockFormat.PAYLOAD_AT;
        firstTick = tickBefore;
        lastTick = tickBefore;
    }

    /** Whether a second half and the first that another encoded make a block that is not full by its bytes. */
    boolean fits(BlockEncoder first) {
        return first.end + end - BlockFormat.PAYLOAD_AT < geometry.bytes();
    }

    /** Takes the first half of the block from the one who encoded it, who is to begin another block. */
    void takeFirstHalf(BlockEncoder first) {
        int length = first.end - BlockFormat.PAYLOAD_AT;
        reserve(length + LARGEST_EVENT);
        System.arraycopy(bytes, BlockFormat.PAYLOAD_AT, bytes, first.end, end - BlockFormat.PAYLOAD_AT);
        System.arraycopy(first.bytes, BlockFormat.PAYLOAD_AT, bytes, BlockFormat.PAYLOAD_AT, length);
        end += length;
        firstOrdinal = first.firstOrdinal;
        firstTick = first.firstTick;
    }
}

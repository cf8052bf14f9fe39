package org.pagetrail.traces.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;

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

    private static final String BEYOND_END = "its events run beyond its end";
    private static final String NOT_FILLED = "its events do not fill it";
    private static final String TICKS_GO_BACK = "its ticks go back";

    /** So many bytes beyond a block's end are looked at, for speed; what they are makes no difference. */
    private static final int BEYOND = 16;

    /** How many bytes of the page's difference there are, four bits for each way to say a page. */
    private static final int PAGE_BYTES = 0x1321_0000;

    private static final int FILL_BASE = EventId.TLB_FILLED * FlatEvents.MAX_FIELDS;

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
    private int id;
    private boolean shortFills;

    /** What is wrong with the event after those that were read, null when that is not known. */
    private String wrong;

    private final FillModel model = new FillModel();
    private TlbFills fills = new TlbFills();
    private final long[] lastFill = new long[TlbFills.WORDS];
    private boolean lastFillIsNewer;

    /** Decodes blocks of this release's format. */
    BlockDecoder() {
        this(TraceHeader.FORMAT);
    }

    /** Decodes blocks of a format. */
    BlockDecoder(int format) {
        format(format);
    }

    /** From now on decodes blocks of a format. */
    void format(int format) {
        shortFills = BlockFormat.hasShortFills(format);
    }

    /** Whether a document is a block of events, by its length and its kind. */
    static boolean isBlock(byte[] document, int length) {
        return length >= BlockFormat.PAYLOAD_AT && kind(document) == BlockFormat.BLOCK;
    }

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
        bytes = block.length - length < BEYOND ? Arrays.copyOf(block, length + BEYOND) : block;
        end = length;
        Arrays.fill(last, 0);
        model.clear();
        lastFillIsNewer = false;
        at = BlockFormat.PAYLOAD_AT;
        tick = firstTick(block);
        left = count;
        wrong = null;
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
        if (isShort()) {
            readShort(1);
            fills.tell(0, out);
        } else {
            nextInFull(out);
        }
    }

    /**
     * Reads the fills that come next and are in the short form, as many as {@link #fills} has room for.
     *
     * @return how many; 0 when another event comes next
     * @throws Damaged when the first of them is not what a writer writes
     */
    int readFills() throws Damaged {
        return readFills(TlbFills.CAPACITY);
    }

    /** The same, but at most so many. */
    int readFills(int most) throws Damaged {
        return isShort() ? readShort(most) : 0;
    }

    /** The fills that were read last. */
    TlbFills fills() {
        return fills;
    }

    /** From now on reads fills into these. */
    void fills(TlbFills into) {
        fills = into;
    }

    /** The fields of the event that was {@linkplain #readInFull read} last; valid until the next one. */
    long[] fields() {
        return fields;
    }

    /** Counts the events that are left, checking them. */
    void count(EventCounts counts) throws Damaged {
        while (left > 0) {
            int read = readFills();
            if (read > 0) {
                counts.count(EventId.TLB_FILLED, tick, read);
            } else {
                readInFull();
                text();
                counts.count(id, tick);
            }
        }
    }

    /** The number of the event that was read last. */
    int id() {
        return id;
    }

    /** The tick of the event that was read last. */
    long tick() {
        return tick;
    }

    private boolean isShort() throws Damaged {
        if (wrong != null) {
            throw new Damaged(wrong);
        }
        return shortFills && bytes[at] < 0;
    }

    private void nextInFull(TraceEvents out) throws Damaged {
        readInFull();
        EventDispatch.dispatch(id, tick, fields, text(), out);
    }

    /**
     * Reads the next event when {@link #readFills} reads none.
     *
     * @throws Damaged when it is not what a writer writes
     */
    void readInFull() throws Damaged {
        long before = isBegin() ? -1 : tick;
        try {
            id = decode();
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new Damaged(BEYOND_END);
        }
        if (left == 0 && !isFilled()) {
            throw new Damaged(NOT_FILLED);
        }
        if (shortFills && id == EventId.TLB_FILLED && BlockFormat.fitsWords(fields)) {
            BlockFormat.toWords(tick, fields, lastFill, 0);
            model.learn(lastFill, 0, before < 0 ? before : tick - before);
        }
    }

    private boolean isBegin() {
        return left == count(bytes);
    }

    private boolean isFilled() {
        return at == end && tick == lastTick(bytes);
    }

    /** Reads fills up to the first that is in full, or not what a writer writes; how many. */
    private int readShort(int most) throws Damaged {
        if (isBegin()) {
            throw new Damaged("its first event is in a short form");
        }
        byte[] in = bytes;
        long[] known = model.words();
        long[] words = fills.words();
        int stop = end;
        int number = model.count();
        long now = tick;
        int to = 0;
        int limit = Math.min(most, left) * TlbFills.WORDS;
        int next = at;
        while (to < limit && next < stop) {
            long head = (long) LONG.get(in, next);
            if ((head & BlockFormat.SHORT) == 0) {
                break;
            }
            int way = (int) head >>> BlockFormat.PAGE_SHIFT & BlockFormat.PAGE_MASK;
            int pageBits = Byte.SIZE * (PAGE_BYTES >>> 4 * way & 3);
            int frameBits = Byte.SIZE * ((int) head >>> BlockFormat.FRAME_BYTES_SHIFT & BlockFormat.FRAME_BYTES_MASK);
            int kind = FillModel.SHAPES + ((int) head & BlockFormat.KIND_MASK) * FillModel.SHAPE_WORDS;
            long rest = head >>> 16;
            long pageResidual = rest & (1L << pageBits) - 1;
            long frameResidual = rest >>> pageBits & (1L << frameBits) - 1;
            int after = next + 2 + (pageBits + frameBits >>> 3);
            int late = (int) head >>> BlockFormat.LATE_SHIFT & 1;
            long cycles = in[after] & -late & 0xff;
            after += late;
            if (cycles == BlockFormat.LONG_LATE) {
                at = after;
                long more = late();
                cycles += more;
                after = more < 0 ? Integer.MAX_VALUE : at;
            }
            cycles += now + known[kind + FillModel.LEAST];
            long page;
            long displacement;
            int region;
            if (way == BlockFormat.SEEN_AGAIN) {
                int seen = FillModel.seen(pageResidual);
                page = known[seen];
                displacement = known[seen + 1];
                region = FillModel.region(page);
            } else {
                // -1 when the page follows that of one of the last few fills, 0 when it is said by a difference.
                int follows = way - FillModel.RECENT >> 31;
                int recent = number - 1 - (way & follows) & FillModel.RECENT - 1;
                page = known[FillModel.RECENT_PAGE + recent] + (pageResidual >>> 1 ^ -(pageResidual & 1)) - follows;
                region = FillModel.region(page);
                displacement = known[region + 1]
                        + (known[FillModel.RECENT_DISPLACEMENT + recent] - known[region + 1] & follows);
            }
            displacement += frameResidual >>> 1 ^ -(frameResidual & 1);
            if (after > stop || cycles < 0) {
                wrong = after > stop ? BEYOND_END : TICKS_GO_BACK;
                break;
            }
            now = cycles;
            long shape = known[kind] & FillModel.SHAPE_MASK;
            int tlb = (int) shape & FillModel.TLB_MASK;
            long set = page >>> known[FillModel.SHIFTS + tlb] & known[FillModel.SETS + tlb];
            words[to] = now;
            words[to + TlbFills.PAGE] = page;
            words[to + TlbFills.PDE] = known[region];
            words[to + TlbFills.PTE] = page + displacement << FillModel.FRAME_SHIFT
                    | known[kind] >>> FillModel.FLAGS_SHIFT & FillModel.FLAG_MASK;
            words[to + TlbFills.SHAPE] = shape
                    | set << 4
                    | (head >>> BlockFormat.WAY_SHIFT & BlockFormat.WAYS - 1) << 20
                    | (head >>> BlockFormat.SECOND_WAY_SHIFT & BlockFormat.SECOND_WAYS - 1) << 36;
            int seen = FillModel.seen(page);
            known[seen] = page;
            known[seen + 1] = displacement;
            known[region + 1] = displacement;
            int place = number++ & FillModel.RECENT - 1;
            known[FillModel.RECENT_PAGE + place] = page;
            known[FillModel.RECENT_DISPLACEMENT + place] = displacement;
            to += TlbFills.WORDS;
            next = after;
        }
        at = next;
        tick = now;
        model.count(number);
        int read = to / TlbFills.WORDS;
        if (read == 0 && wrong == null) {
            wrong = BEYOND_END;
        }
        if (read == left && !isFilled()) {
            // As when events are read one by one, the last of them is what is wrong.
            wrong = NOT_FILLED;
            read--;
        }
        if (read <= 0) {
            throw new Damaged(wrong);
        }
        System.arraycopy(words, to - TlbFills.WORDS, lastFill, 0, TlbFills.WORDS);
        lastFillIsNewer = true;
        id = EventId.TLB_FILLED;
        left -= read;
        fills.count(read);
        return read;
    }

    /** The cycles of a fill beyond what fits a byte; less than 0 when that is no number. */
    private long late() {
        try {
            long more = varint();
            return more > Integer.MAX_VALUE ? -1 : more;
        } catch (Damaged | ArrayIndexOutOfBoundsException e) {
            return -1;
        }
    }

    /**
     * The text of the event that was {@linkplain #readInFull read} last, null when it has none.
     *
     * @throws Damaged when it is no text
     */
    String text() throws Damaged {
        if (textLength < 0) {
            return null;
        }
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
        int number = bytes[at++] & 0xff;
        int shape = number < SHAPES.length ? SHAPES[number] : NO_EVENT;
        if (shape == NO_EVENT) {
            throw new Damaged("it has an event with the number " + number + ", which there is not");
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
                throw new Damaged(TICKS_GO_BACK);
            }
        }
        int base = number * FlatEvents.MAX_FIELDS;
        if (number == EventId.TLB_FILLED && lastFillIsNewer) {
            BlockFormat.toFields(lastFill, 0, last, FILL_BASE);
            lastFillIsNewer = false;
        }
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
            throw new Damaged(BEYOND_END);
        }
        left--;
        return number;
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

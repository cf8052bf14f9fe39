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

    /** The most bytes of a fill in the short form that does not come very late. */
    private static final int LONGEST_SHORT = 9;

    /** From a tick below this, no run of fills comes to where ticks would go back. */
    private static final long FAR_FROM_OVERFLOW = 1L << 62;

    /** What takes a head's ways, by multiplication, to where they are in the word of a shape, and the bits of them there. */
    private static final long BOTH_WAYS = 1L << TlbFills.WAY_SHIFT - BlockFormat.WAY_SHIFT
            | 1L << TlbFills.SECOND_WAY_SHIFT - BlockFormat.SECOND_WAY_SHIFT;

    private static final long[] PAGE_MASKS = {0, 0, 0, 0, 0xff, 0xffff, 0xff_ffff, 0xff};
    private static final byte[] PAGE_BITS = {0, 0, 0, 0, 8, 16, 24, 8};
    private static final long[] FRAME_MASKS = {0, 0xff, 0xffff, 0xff_ffff};
    private static final byte[] LENGTHS = lengths();

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
    private int half;

    /** With so many events left the second half begins, if that is still to come. */
    private int halfAt;

    /** Whether what is known begins anew with the next event. */
    private boolean begins;

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
        half = BlockFormat.half(format);
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

    private static byte[] lengths() {
        byte[] lengths = new byte[1 << Byte.SIZE];
        for (int head = 0; head < lengths.length; head++) {
            int way = head >>> BlockFormat.PAGE_SHIFT & BlockFormat.PAGE_MASK;
            int frameBytes = head >>> BlockFormat.FRAME_BYTES_SHIFT & BlockFormat.FRAME_BYTES_MASK;
            lengths[head] = (byte) (2 + PAGE_BITS[way] / Byte.SIZE + frameBytes);
        }
        return lengths;
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
        begin(block, length);
        left = count;
        halfAt = count > half ? count - half : 0;
    }

    /** Takes in the second half of a block, as it is before its encoder has the first. */
    void takeSecondHalf(byte[] block, int length) {
        begin(block, length);
        left = count(block) - half;
        halfAt = 0;
    }

    private void begin(byte[] block, int length) {
        bytes = block.length - length < BEYOND ? Arrays.copyOf(block, length + BEYOND) : block;
        end = length;
        at = BlockFormat.PAYLOAD_AT;
        tick = firstTick(block);
        wrong = null;
        forget();
    }

    private void forget() {
        Arrays.fill(last, 0);
        model.clear();
        lastFillIsNewer = false;
        begins = true;
    }

    /** Begins the second half of the block where its events are. */
    private void beginHalf() {
        if (left == halfAt) {
            halfAt = 0;
            forget();
        }
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
        beginHalf();
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
        beginHalf();
        long before = isBegin() ? -1 : tick;
        begins = false;
        try {
            id = decode();
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new Damaged(BEYOND_END);
        }
        if (left == 0 && !isFilled()) {
            throw new Damaged(NOT_FILLED);
        }
        if (shortFills && id == EventId.TLB_FILLED && TlbFills.fits(fields)) {
            TlbFills.toWords(tick, fields, lastFill, 0);
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
        if (begins) {
            throw new Damaged("the first event of a half is in a short form");
        }
        long[] words = fills.words();
        int limit = Math.min(most, left - halfAt) * TlbFills.WORDS;
        int to = 0;
        while (to < limit && at < end && bytes[at] < 0 && wrong == null) {
            if (model.isPacked() && at <= end - LONGEST_SHORT && tick < FAR_FROM_OVERFLOW) {
                to = readPacked(words, to, limit);
            }
            if (to < limit && at < end && bytes[at] < 0 && readShort(words, to)) {
                to += TlbFills.WORDS;
            }
        }
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
    /**
     * Reads fills up to the first that is in full, is not packed, comes very late, or is not what a writer writes; the end of their words.
     *
     * <p>Nearly all of a long recording goes through here. There is no branch on what is random, and no call.
     */
    private int readPacked(long[] words, int from, int limit) {
        byte[] in = bytes;
        long[] known = model.words();
        long[] places = model.places();
        long[] regions = model.regions();
        long[] recentPages = model.recentPages();
        long[] recentDisplacements = model.recentDisplacements();
        int stop = end - LONGEST_SHORT;
        // Of words as of fills: five of them are one fill more, modulo four.
        int ring = model.count() - from;
        long now = tick;
        int next = at;
        int kind = -1;
        long shape = 0;
        long flags = 0;
        long least = 0;
        long mask = 0;
        int turn = 0;
        int to = from;
        do {
            long head = (long) LONG.get(in, next);
            int after = next + LENGTHS[(int) head & 0xff];
            int late = (int) head >>> BlockFormat.LATE_SHIFT & 1;
            long cycles = in[after] & 0xff & -late;
            after += late;
            if (((int) head & BlockFormat.KIND_MASK) != kind) {
                kind = (int) head & BlockFormat.KIND_MASK;
                int kindAt = FillModel.KINDS + kind * FillModel.KIND_WORDS;
                shape = known[kindAt] & TlbFills.KIND_MASK;
                flags = known[kindAt] >>> FillModel.FLAGS_SHIFT & FillModel.FLAG_MASK;
                least = known[kindAt + FillModel.LEAST];
                int tlb = TlbFills.tlb(shape);
                mask = known[FillModel.SETS + tlb] << TlbFills.SET_SHIFT;
                turn = (int) known[FillModel.SHIFTS + tlb] - TlbFills.SET_SHIFT;
            }
            int way = (int) head >>> BlockFormat.PAGE_SHIFT & BlockFormat.PAGE_MASK;
            long rest = head >>> 16;
            long pageResidual = rest & PAGE_MASKS[way];
            long frameResidual = rest >>> PAGE_BITS[way]
                    & FRAME_MASKS[(int) head >>> BlockFormat.FRAME_BYTES_SHIFT & BlockFormat.FRAME_BYTES_MASK];
            // -1 when the page follows that of one of the last few fills, 0 when it is said by a difference.
            int follows = way - FillModel.RECENT >> 31;
            int before = ring + to - 1 - (way & follows);
            long page = recentPages[before & recentPages.length - 1] + unzigzag(pageResidual) - follows;
            long displacement = recentDisplacements[before & recentDisplacements.length - 1];
            if (way == BlockFormat.SEEN_AGAIN) {
                long place = places[(int) pageResidual & places.length - 1];
                page = place >>> FillModel.PLACE_PAGE & FillModel.PLACE_PAGE_MASK;
                displacement = place >> FillModel.PLACE_DISPLACEMENT;
                follows = -1;
            }
            int regionAt = (int) (page >>> FillModel.REGION_SHIFT) & regions.length - 1;
            long region = regions[regionAt];
            long near = region >> FillModel.REGION_DISPLACEMENT;
            displacement = near + (displacement - near & follows) + unzigzag(frameResidual);
            long frame = page + displacement;
            if ((head & BlockFormat.SHORT) == 0
                    || cycles == BlockFormat.LONG_LATE
                    || (page | frame) >>> FillModel.PACKED_BITS != 0) {
                break;
            }
            now += least + cycles;
            words[to] = now;
            words[to + TlbFills.PAGE] = page;
            words[to + TlbFills.PDE] = region & FillModel.REGION_PDE;
            words[to + TlbFills.PTE] = frame << FillModel.FRAME_SHIFT | flags;
            words[to + TlbFills.SHAPE] = shape
                    | Long.rotateRight(page, turn) & mask
                    | (head & BlockFormat.HEAD_WAYS) * BOTH_WAYS & BlockFormat.SMALL_WAYS;
            places[(int) page & places.length - 1] =
                    displacement << FillModel.PLACE_DISPLACEMENT | page << FillModel.PLACE_PAGE;
            regions[regionAt] = displacement << FillModel.REGION_DISPLACEMENT | region & FillModel.REGION_PDE;
            recentPages[ring + to & recentPages.length - 1] = page;
            recentDisplacements[ring + to & recentDisplacements.length - 1] = displacement;
            to += TlbFills.WORDS;
            next = after;
        } while (next <= stop && to < limit);
        at = next;
        tick = now;
        model.count(model.count() + (to - from) / TlbFills.WORDS);
        return to;
    }

    /** Reads one fill of any size; whether it is what a writer writes. */
    private boolean readShort(long[] words, int to) {
        long head = (long) LONG.get(bytes, at);
        int way = (int) head >>> BlockFormat.PAGE_SHIFT & BlockFormat.PAGE_MASK;
        int kind = FillModel.KINDS + ((int) head & BlockFormat.KIND_MASK) * FillModel.KIND_WORDS;
        long rest = head >>> 16;
        long pageResidual = rest & PAGE_MASKS[way];
        long frameResidual = rest >>> PAGE_BITS[way]
                & FRAME_MASKS[(int) head >>> BlockFormat.FRAME_BYTES_SHIFT & BlockFormat.FRAME_BYTES_MASK];
        int begin = at;
        at += LENGTHS[(int) head & 0xff];
        long cycles = 0;
        if ((head >>> BlockFormat.LATE_SHIFT & 1) != 0) {
            cycles = bytes[at++] & 0xff;
            if (cycles == BlockFormat.LONG_LATE && at <= end) {
                long more = late();
                cycles += more;
                at = more < 0 ? end + 1 : at;
            }
        }
        long now = tick + model.words()[kind + FillModel.LEAST] + cycles;
        if (at > end || now < 0) {
            wrong = at > end ? BEYOND_END : TICKS_GO_BACK;
            at = begin;
            return false;
        }
        long page;
        long displacement;
        if (way == BlockFormat.SEEN_AGAIN) {
            page = model.seenPage(pageResidual);
            displacement = model.seenDisplacement(pageResidual);
        } else if (way < FillModel.RECENT) {
            page = model.recentPage(way) + 1;
            displacement = model.recentDisplacement(way);
        } else {
            page = model.recentPage(0) + unzigzag(pageResidual);
            displacement = model.regionDisplacement(page);
        }
        displacement += unzigzag(frameResidual);
        long pde = model.pde(page);
        long shape = model.words()[kind];
        tick = now;
        words[to] = now;
        words[to + TlbFills.PAGE] = page;
        words[to + TlbFills.PDE] = pde;
        words[to + TlbFills.PTE] =
                page + displacement << FillModel.FRAME_SHIFT | shape >>> FillModel.FLAGS_SHIFT & FillModel.FLAG_MASK;
        words[to + TlbFills.SHAPE] = shape & TlbFills.KIND_MASK
                | (long) model.set(page, TlbFills.tlb(shape)) << TlbFills.SET_SHIFT
                | (head >>> BlockFormat.WAY_SHIFT & BlockFormat.WAYS - 1) << TlbFills.WAY_SHIFT
                | (head >>> BlockFormat.SECOND_WAY_SHIFT & BlockFormat.SECOND_WAYS - 1) << TlbFills.SECOND_WAY_SHIFT;
        model.add(page, displacement, pde);
        return true;
    }

    private static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
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

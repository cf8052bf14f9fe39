package org.pagetrail.traces.journal;

import org.pagetrail.traces.event.BlockGeometry;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;

/**
 * The layout of the documents of a journal; every number is little-endian.
 *
 * <pre>
 *  every document          block                                   header, closing record
 *   0  kind, 4 bytes        8  first ordinal        8 bytes         8  length of the JSON   4 bytes
 *   4  CRC32C of the rest  16  first tick           8 bytes        12  JSON, UTF-8
 *                          24  last tick            8 bytes
 *                          32  number of events     4 bytes
 *                          36  length of payload    4 bytes
 *                          40  payload
 * </pre>
 *
 * <p>The payload of a block is its events one after the other, each:
 *
 * <pre>
 *   number of the event   1 byte
 *   mask                  varint   bit 0: the tick differs from the last event's; bit 1+i: field i differs from that of
 *                                  the last event of this number in this block, which is 0 for the first
 *   difference of ticks   varint   if bit 0
 *   differences           zigzag varints, a field each whose bit is set
 *   text                  varint of its length and UTF-8, for the event that has one
 * </pre>
 *
 * <p>From format 2 on a TLB fill that follows from those before it in the block has a short form, whose first byte has the bit
 * {@link #SHORT}; see docs/format.md and {@link FillModel}. From format 3 on "in this block" means in its first 2,048 events, and in the rest.
 *
 * <p>A varint is groups of seven bits, least significant first, with bit 7 set in all but the last. The first event's tick differs
 * from 0 of the block's first tick by nothing, so bit 0 of its mask is never set.
 */
final class BlockFormat {
    /** "PTRH" in a file: the header, document 0. */
    static final int HEADER = 0x4852_5450;

    /** "PTRB": a block of events. */
    static final int BLOCK = 0x4252_5450;

    /** "PTRC": the closing record, the last document. */
    static final int CLOSING = 0x4352_5450;

    static final int KIND_AT = 0;
    static final int CHECKSUM_AT = 4;
    static final int CHECKED_FROM = 8;

    static final int FIRST_ORDINAL_AT = 8;
    static final int FIRST_TICK_AT = 16;
    static final int LAST_TICK_AT = 24;
    static final int COUNT_AT = 32;
    static final int PAYLOAD_LENGTH_AT = 36;
    static final int PAYLOAD_AT = 40;

    /** The first byte of a fill in the short form has this bit, which no number of an event has. */
    static final int SHORT = 0x80;

    /** The bits of a short fill's first two bytes, as a number. */
    static final int KIND_MASK = 3;

    static final int FRAME_BYTES_SHIFT = 2;
    static final int FRAME_BYTES_MASK = 3;
    static final int PAGE_SHIFT = 4;
    static final int PAGE_MASK = 7;
    static final int WAY_SHIFT = 8;
    static final int SECOND_WAY_SHIFT = 11;
    static final int LATE_SHIFT = 15;

    /** Ways of a short fill are less than this, and ways in the second level, plus one, than that. */
    static final int WAYS = 8;

    static final int SECOND_WAYS = 16;

    /** In the head of a short fill, the bits of both ways. */
    static final int HEAD_WAYS = WAYS - 1 << WAY_SHIFT | SECOND_WAYS - 1 << SECOND_WAY_SHIFT;

    /** The same in the word of a shape of {@link TlbFills}. */
    static final long SMALL_WAYS = (WAYS - 1L) << TlbFills.WAY_SHIFT | (SECOND_WAYS - 1L) << TlbFills.SECOND_WAY_SHIFT;

    /** How a page is said: less than 4, it follows one of the last four fills'; less than this, by a difference; this, as one seen before. */
    static final int SEEN_AGAIN = 7;

    /** A byte of cycles that says that a varint of those above it follows. */
    static final int LONG_LATE = 0xff;

    static final int JSON_LENGTH_AT = 8;
    static final int JSON_AT = 12;

    /** Events in a full block. */
    static final int EVENTS = BlockGeometry.MOST_EVENTS;

    /** From format 3 on what is known of the events before begins anew after so many of a block, so that two can encode its halves. */
    static final int HALF = EVENTS / 2;

    /** No document is longer; what says that it is, is damaged. */
    static final int LONGEST_DOCUMENT = 1 << 24;

    /** The longest text of an event, in bytes of UTF-8. */
    static final int LONGEST_TEXT = TraceEvents.LONGEST_TEXT;

    /** Whether blocks of a format have fills in the short form. */
    static boolean hasShortFills(int format) {
        return format >= 2;
    }

    /** After how many events of a block what is known of those before begins anew; {@link #EVENTS}, with which a block ends, for never. */
    static int half(int format) {
        return format >= 3 ? HALF : EVENTS;
    }

    /** Writes a fill's words, as of {@link TlbFills}, as the fields that its event has. */
    static void toFields(long[] words, int from, long[] fields, int to) {
        long shape = words[from + TlbFills.SHAPE];
        fields[to] = TlbFills.tlb(shape);
        fields[to + 1] = TlbFills.set(shape);
        fields[to + 2] = TlbFills.way(shape);
        fields[to + 3] = TlbFills.secondLevelWay(shape);
        fields[to + 4] = words[from + TlbFills.PAGE];
        fields[to + 5] = words[from + TlbFills.PDE];
        fields[to + 6] = words[from + TlbFills.PTE];
        fields[to + 7] = TlbFills.rights(shape);
        fields[to + 8] = TlbFills.dirty(shape);
        fields[to + 9] = TlbFills.global(shape);
        fields[to + 10] = TlbFills.cause(shape);
        fields[to + 11] = TlbFills.references(shape);
    }

    private BlockFormat() {}
}

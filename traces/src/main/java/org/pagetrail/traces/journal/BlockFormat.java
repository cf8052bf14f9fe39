package org.pagetrail.traces.journal;

import org.pagetrail.traces.event.BlockGeometry;
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

    static final int JSON_LENGTH_AT = 8;
    static final int JSON_AT = 12;

    /** Events in a full block. */
    static final int EVENTS = BlockGeometry.MOST_EVENTS;

    /** A block of so many bytes is full whatever its number of events: the queue takes no document of 64 KB. */
    static final int FULL_BYTES = BlockGeometry.MOST_BYTES;

    /** No document is longer; what says that it is, is damaged. */
    static final int LONGEST_DOCUMENT = 1 << 24;

    /** The longest text of an event, in bytes of UTF-8. */
    static final int LONGEST_TEXT = TraceEvents.LONGEST_TEXT;

    private BlockFormat() {}
}

package org.pagetrail.traces.journal;

import java.io.IOException;
import java.util.zip.CRC32C;

/**
 * The way to the block that holds an event, past blocks that need not be read.
 *
 * <p>The file's stretch is halved: at its middle the next whole block is looked for, as behind damage, and says by its first ordinal
 * in which half the event is. What is left when the stretch is short is hopped through from head to head. So a file of any
 * length costs some dozen reads, and nothing has to stand beside it that could be stale.
 *
 * <p>Whatever is odd on the way ends it early, at a document that the reader then refuses as it would have refused it, or reads as any
 * other: what is found is always a place from which reading leads to the event.
 */
final class BlockSearch {
    /** A stretch of so many bytes is hopped through. */
    private static final long SHORT = 1 << 18;

    /** How far from a place on a whole block is looked for: where blocks are, twice the longest is enough. */
    private static final int REACH = 1 << 17;

    /** How many zeros there may be behind the last document. */
    private static final int MOST_ZEROS = 1 << 24;

    private final QueueFile file;
    private final CRC32C crc = new CRC32C();
    private final byte[] head = new byte[BlockFormat.PAYLOAD_AT];
    private final byte[] window = new byte[REACH];
    private long at;
    private long ordinal;

    /**
     * From a document on.
     *
     * @param at where it begins
     * @param ordinal the ordinal that its first event has, if it is a block
     */
    BlockSearch(QueueFile file, long at, long ordinal) {
        this.file = file;
        this.at = at;
        this.ordinal = ordinal;
    }

    /** Where the document begins that was come to. */
    long at() {
        return at;
    }

    /** The ordinal that its first event has, if it is a block. */
    long ordinal() {
        return ordinal;
    }

    /** Goes on to the block that holds an event, or to where blocks end when there is none. */
    void to(long wanted) throws IOException {
        long from = at;
        long to = file.size();
        while (to - from > SHORT) {
            long middle = (from + (to - from) / 2) & -QueueFile.WORD;
            long block = blockFrom(middle, to);
            long first = BlockDecoder.firstOrdinal(head);
            if (block >= 0 && first >= ordinal && first <= wanted) {
                at = block;
                ordinal = first;
                from = block;
            } else {
                to = middle;
            }
        }
        hop(wanted);
    }

    /**
     * The closing record's document, looked for at the file's end instead of by all documents before it.
     *
     * @return null when the file does not end with one and zeros
     */
    static byte[] closing(QueueFile file) throws IOException {
        byte[] window = new byte[REACH];
        long used = used(file, window);
        long begin = Math.max(0, used - REACH) & -QueueFile.WORD;
        int read = file.read(begin, window, (int) Math.min(window.length, used - begin));
        for (int i = 0; i + 2 * QueueFile.WORD <= read; i += QueueFile.WORD) {
            if (window[i + 4] == 'P' && window[i + 5] == 'T' && window[i + 6] == 'R' && window[i + 7] == 'C') {
                int length = file.word(begin + i);
                // A record ends with a brace: its last byte is the last that is no zero.
                if (length >= BlockFormat.JSON_AT && begin + i + QueueFile.WORD + length == used) {
                    byte[] document = new byte[length];
                    file.read(begin + i + QueueFile.WORD, document, length);
                    return BlockDecoder.checksumAgrees(document, length, new CRC32C()) ? document : null;
                }
            }
        }
        return null;
    }

    /** Where the zeros begin that the file ends with; 0 when there are too many. */
    private static long used(QueueFile file, byte[] window) throws IOException {
        long size = file.size();
        for (long end = size; end > Math.max(0, size - MOST_ZEROS); ) {
            int length = (int) Math.min(window.length, end);
            end -= length;
            file.read(end, window, length);
            for (int i = length - 1; i >= 0; i--) {
                if (window[i] != 0) {
                    return end + i + 1;
                }
            }
        }
        return 0;
    }

    private void hop(long wanted) throws IOException {
        long size = file.size();
        while (at + QueueFile.WORD + head.length <= size) {
            int word = file.word(at);
            int length = word & QueueFile.LENGTH;
            if (word == 0 || (word & QueueFile.NOT_WHOLE) != 0) {
                return;
            }
            if ((word & QueueFile.METADATA) == 0) {
                file.read(at + QueueFile.WORD, head, head.length);
                boolean next = length >= head.length
                        && BlockDecoder.kind(head) == BlockFormat.BLOCK
                        && BlockDecoder.firstOrdinal(head) == ordinal
                        && BlockDecoder.count(head) > 0
                        && ordinal + BlockDecoder.count(head) <= wanted;
                if (!next) {
                    return;
                }
                ordinal += BlockDecoder.count(head);
            }
            at = QueueFile.end(at, length);
        }
    }

    /** Where the first whole block from a place on begins, its head then being in {@link #head}; -1 when there is none near. */
    private long blockFrom(long from, long to) throws IOException {
        int read = file.read(from, window, (int) Math.min(window.length, to - from));
        for (int i = 0; i + 2 * QueueFile.WORD + head.length <= read; i += QueueFile.WORD) {
            if (window[i + 4] == 'P' && window[i + 5] == 'T' && window[i + 6] == 'R' && window[i + 7] == 'B') {
                int length = file.word(from + i);
                if (length >= head.length && length <= REACH && whole(from + i, length)) {
                    return from + i;
                }
            }
        }
        return -1;
    }

    private boolean whole(long block, int length) throws IOException {
        byte[] document = new byte[length];
        if (file.read(block + QueueFile.WORD, document, length) < length
                || !BlockDecoder.checksumAgrees(document, length, crc)) {
            return false;
        }
        System.arraycopy(document, 0, head, 0, head.length);
        return true;
    }
}

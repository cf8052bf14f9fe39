package org.pagetrail.traces.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The documents that can be found in a journal's file whatever was done to it, and the stretches between them where there is none.
 *
 * <pre>
 *   | header | block | ######## | block | block | closing record | 0 0 0 …
 *     found    found    a hole    found   found   found
 * </pre>
 *
 * <p>Documents are followed from one to the next. Where that leads to something that is none, the next is searched for at every
 * multiple of 4: a document is known by its kind, a length that fits and its checksum, so that a wrong one is found once in 4 billion
 * tries. Nothing here needs more memory than the longest document, or more time than reading the file a few times.
 */
final class DocumentScan {
    private static final int WINDOW = 1 << 16;

    /** How many bytes may be checked in search of documents, besides so many times the file's own. */
    private static final long CHECKED_IN_ANY_CASE = 1L << 28;

    private static final int CHECKED_TIMES = 4;

    /** A document whose checksum is right, or a hole; in the file's order. */
    record Found(long at, long end, int kind, int length, String hole) {
        boolean isHole() {
            return hole != null;
        }
    }

    private final QueueFile file;
    private final boolean growing;
    private final long size;
    private final CRC32C crc = new CRC32C();
    private final byte[] head = new byte[BlockFormat.JSON_AT];
    private final byte[] window = new byte[WINDOW];
    private final byte[] chunk = new byte[WINDOW];
    private final List<Found> found = new ArrayList<>();
    private long mayCheck;
    private String ending;

    private DocumentScan(QueueFile file, boolean growing) throws IOException {
        this.file = file;
        this.growing = growing;
        size = file.size();
        mayCheck = CHECKED_IN_ANY_CASE + CHECKED_TIMES * size;
    }

    /**
     * Scans a file.
     *
     * @param growing whether it is being written, so that nothing is to be looked for beyond the last document
     */
    static DocumentScan of(QueueFile file, boolean growing) throws IOException {
        DocumentScan scan = new DocumentScan(file, growing);
        scan.run();
        return scan;
    }

    /** What was found, in the file's order. */
    List<Found> found() {
        return found;
    }

    /** Why the file ends where it does, null when it ends as one does. */
    String ending() {
        return ending;
    }

    private void run() throws IOException {
        long at = 0;
        while (at >= 0) {
            at = step(at);
        }
    }

    /** Takes in what begins here; where the next begins, or -1 at the end. */
    private long step(long at) throws IOException {
        if (at + QueueFile.WORD > size) {
            ending = "the file ends at byte " + size + ", where the next document's length should be";
            return -1;
        }
        int word = file.word(at);
        int length = word & QueueFile.LENGTH;
        if (word == 0 || (word & QueueFile.NOT_WHOLE) != 0) {
            return growing ? -1 : resume(at, "no document is where the next should be");
        }
        long end = QueueFile.end(at, length);
        if (at + QueueFile.WORD + length > size) {
            return resume(at, "the file ends at byte " + size + ", inside the document at byte " + at);
        }
        if ((word & QueueFile.METADATA) != 0) {
            if (whole(at, length)) {
                found.add(new Found(at, at, 0, 0, "it is marked as the queue's own"));
                add(at, length);
                return end;
            }
            long inside = search(at + QueueFile.WORD, end);
            return inside < 0 ? end : resume(at, "documents lie inside one of the queue's own");
        }
        if (!whole(at, length)) {
            return resume(at, what(at, length));
        }
        add(at, length);
        return end;
    }

    private void add(long at, int length) throws IOException {
        file.read(at + QueueFile.WORD, head, head.length);
        found.add(new Found(at, QueueFile.end(at, length), BlockDecoder.kind(head), length, null));
    }

    /** What is wrong with a document that is not whole. */
    private String what(long at, int length) throws IOException {
        if (length > BlockFormat.LONGEST_DOCUMENT) {
            return "it is longer than any document is";
        }
        boolean known = length >= BlockFormat.JSON_AT
                && file.read(at + QueueFile.WORD, head, head.length) == head.length
                && isKind(BlockDecoder.kind(head));
        return known ? "its checksum differs" : "it is no document of a journal";
    }

    /** A hole begins here: goes on where the next document is. */
    private long resume(long at, String hole) throws IOException {
        long next = search(at + QueueFile.WORD, size);
        if (next >= 0) {
            found.add(new Found(at, next, 0, 0, hole));
            return next;
        }
        int word = file.word(at);
        if (word != 0 && (word & QueueFile.NOT_WHOLE) == 0) {
            int length = word & QueueFile.LENGTH;
            found.add(new Found(at, Math.min(size, QueueFile.end(at, length)), 0, 0, hole));
        }
        return -1;
    }

    private static boolean isKind(int kind) {
        return kind == BlockFormat.BLOCK || kind == BlockFormat.HEADER || kind == BlockFormat.CLOSING;
    }

    /** Whether a whole document of a journal begins here. */
    private boolean whole(long at, int length) throws IOException {
        long from = at + QueueFile.WORD;
        if (length < BlockFormat.JSON_AT
                || length > BlockFormat.LONGEST_DOCUMENT
                || from + length > size
                || file.read(from, head, head.length) < head.length
                || !isKind(BlockDecoder.kind(head))) {
            return false;
        }
        int checksum = BlockDecoder.checksum(head);
        crc.reset();
        for (int done = BlockFormat.CHECKED_FROM; done < length; ) {
            int part = file.read(from + done, chunk, Math.min(chunk.length, length - done));
            if (part == 0) {
                // Somebody cut the file just now.
                return false;
            }
            crc.update(chunk, 0, part);
            done += part;
        }
        return (int) crc.getValue() == checksum;
    }

    /** Where the first whole document from a place on begins, or -1. */
    private long search(long from, long to) throws IOException {
        for (long at = from; at + QueueFile.WORD + BlockFormat.JSON_AT <= to; at += WINDOW - 2 * QueueFile.WORD) {
            int read = file.read(at, window, WINDOW);
            for (int i = 0; i + 2 * QueueFile.WORD <= read; i += QueueFile.WORD) {
                // Every kind begins with these two letters, as the file has them.
                if (window[i + 4] != 'P' || window[i + 5] != 'T') {
                    continue;
                }
                int length = word(i) & QueueFile.LENGTH;
                if (at + i + QueueFile.WORD + length > to || length > mayCheck) {
                    continue;
                }
                mayCheck -= length;
                if (whole(at + i, length)) {
                    return at + i;
                }
            }
        }
        return -1;
    }

    private int word(int i) {
        return window[i] & 0xff | (window[i + 1] & 0xff) << 8 | (window[i + 2] & 0xff) << 16 | window[i + 3] << 24;
    }
}

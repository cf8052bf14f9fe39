package org.pagetrail.traces.journal;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A queue's data file read as plain bytes, document by document.
 *
 * <pre>
 *   a document begins at a multiple of 4:
 *   31          30         29             0
 *  +-----------+----------+----------------+
 *  | not whole | metadata | length in bytes|   then so many bytes; 0: no document here yet
 *  +-----------+----------+----------------+
 * </pre>
 *
 * <p>This is the reading side of the queue's binary format, which the journal's reader uses instead of the queue's own: it does
 * not map the file, so that a cut one is an answer and no signal, it needs nothing but the data file, and it opens in a
 * hundredth of the time. Documents that are metadata, the queue's own, are passed over.
 *
 * <p>One thread may read document by document while another looks elsewhere in the file.
 */
final class QueueFile implements Closeable {
    static final int NOT_WHOLE = 1 << 31;
    static final int METADATA = 1 << 30;
    static final int LENGTH = (1 << 30) - 1;
    static final int WORD = Integer.BYTES;

    /** The end of what can be read, as a length. */
    static final int END = -1;

    private final RandomAccessFile file;
    private final byte[] word = new byte[WORD];

    /** The document that was read last; grown as needed. */
    private byte[] document = new byte[1 << 16];

    private long at;

    /** A file whose documents do not lie within it; the message says where. */
    static final class Cut extends IOException {
        private static final long serialVersionUID = 1L;

        Cut(String what) {
            super(what);
        }
    }

    QueueFile(Path path) throws IOException {
        file = new RandomAccessFile(path.toFile(), "r");
    }

    /** The bytes of the document that {@link #next} read last. */
    byte[] document() {
        return document;
    }

    /** The same bytes, which are the caller's from now on; the next document is read into those that are given for them. */
    synchronized byte[] exchange(byte[] other) {
        byte[] read = document;
        document = other;
        return read;
    }

    /**
     * Reads the next document.
     *
     * @return its length, or {@link #END} where there is none yet, or none that a writer has finished
     * @throws Cut when the file ends inside it
     */
    synchronized int next() throws IOException {
        int head = seek();
        if (head == END) {
            return END;
        }
        int length = head & LENGTH;
        if (at + WORD + length > file.length()) {
            throw new Cut("the file ends at byte " + file.length() + ", inside the document at byte " + at);
        }
        if (length > BlockFormat.LONGEST_DOCUMENT) {
            throw new Cut("the document at byte " + at + " is longer than any is");
        }
        if (document.length < length) {
            document = new byte[Math.max(length, 2 * document.length)];
        }
        file.readFully(document, 0, length);
        at = end(at, length);
        return length;
    }

    /** Where the document begins that {@link #next} reads next. */
    synchronized long at() {
        return at;
    }

    /** Goes to a place where a document begins. */
    synchronized void at(long position) {
        at = position;
    }

    /** How long the file is. */
    long size() throws IOException {
        return file.length();
    }

    /** The word at a place that lies within the file. */
    synchronized int word(long position) throws IOException {
        return head(position);
    }

    /** Reads bytes from a place; returns how many there were, at most so many as {@code to} has room for. */
    synchronized int read(long position, byte[] to, int length) throws IOException {
        int most = (int) Math.max(0, Math.min(length, file.length() - position));
        file.seek(position);
        file.readFully(to, 0, most);
        return most;
    }

    /** Goes to the next document that is not the queue's own; its first word, or {@link #END}. */
    private int seek() throws IOException {
        while (true) {
            int head = head(at);
            if (head == 0 || (head & NOT_WHOLE) != 0) {
                return END;
            }
            if ((head & METADATA) == 0) {
                return head;
            }
            at = end(at, head & LENGTH);
        }
    }

    /** Where the next document begins. */
    static long end(long at, int length) {
        return at + WORD + length + WORD - 1 & -WORD;
    }

    private int head(long position) throws IOException {
        if (position + WORD > file.length()) {
            throw new Cut("the file ends at byte " + file.length() + ", where the next document's length should be");
        }
        file.seek(position);
        file.readFully(word);
        return word[0] & 0xff | (word[1] & 0xff) << 8 | (word[2] & 0xff) << 16 | word[3] << 24;
    }

    /**
     * Reads the last document, wherever reading is.
     *
     * @return its bytes; none when there is no document
     * @throws Cut when the file ends inside a document, or the last is longer than any is
     */
    synchronized byte[] last() throws IOException {
        long resume = at;
        long lastAt = END;
        int lastLength = 0;
        for (int head = seek(); head != END; head = seek()) {
            lastAt = at;
            lastLength = head & LENGTH;
            at = end(at, lastLength);
        }
        at = resume;
        if (lastAt == END) {
            return new byte[0];
        }
        if (lastLength > BlockFormat.LONGEST_DOCUMENT) {
            throw new Cut("the document at byte " + lastAt + " is longer than any is");
        }
        byte[] bytes = new byte[(int) Math.min(lastLength, Math.max(0, file.length() - lastAt - WORD))];
        file.seek(lastAt + WORD);
        file.readFully(bytes);
        return bytes;
    }

    /** Fills a stretch of a file that holds nothing yet with zeros, so that a full disk shows here and not in the mapping. */
    static void reserve(Path path, long from, long to) throws IOException {
        byte[] zeros = new byte[1 << 16];
        try (RandomAccessFile writer = new RandomAccessFile(path.toFile(), "rw")) {
            writer.seek(from);
            for (long left = to - from; left > 0; left -= zeros.length) {
                writer.write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

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

    /** From where the file would be read on, or {@link #END} when that is not known. */
    private long position;

    /** The word after the document that was read last, and where that is; it was read with the document. */
    private int wordAfter;

    private long wordAfterAt = END;

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
        long next = end(at, length);
        if (length > BlockFormat.LONGEST_DOCUMENT) {
            throw at + WORD + length > file.length()
                    ? cutInside()
                    : new Cut("the document at byte " + at + " is longer than any is");
        }
        int after = (int) (next - at) - WORD;
        if (document.length < after + WORD) {
            document = new byte[Math.max(after + WORD, 2 * document.length)];
        }
        int read = read(at + WORD, document, after + WORD);
        if (read < length) {
            throw cutInside();
        }
        at = next;
        wordAfterAt = END;
        if (read == after + WORD) {
            wordAfterAt = next;
            wordAfter = word(document, after);
        }
        return length;
    }

    private Cut cutInside() throws IOException {
        return new Cut("the file ends at byte " + file.length() + ", inside the document at byte " + at);
    }

    private static int word(byte[] bytes, int from) {
        return bytes[from] & 0xff
                | (bytes[from + 1] & 0xff) << 8
                | (bytes[from + 2] & 0xff) << 16
                | bytes[from + 3] << 24;
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

    /**
     * The word at a place.
     *
     * @throws Cut when the file ends before it does
     */
    synchronized int word(long from) throws IOException {
        if (read(from, word, WORD) < WORD) {
            throw new Cut("the file ends at byte " + file.length() + ", where the next document's length should be");
        }
        return word(word, 0);
    }

    /** Reads bytes from a place on; how many there were, which is fewer than asked for at the file's end. */
    synchronized int read(long from, byte[] to, int length) throws IOException {
        if (position != from) {
            file.seek(from);
        }
        position = END;
        int read = 0;
        int more;
        do {
            more = file.read(to, read, length - read);
            read += Math.max(0, more);
        } while (more > 0 && read < length);
        position = from + read;
        return read;
    }

    /** Goes to the next document that is not the queue's own; its first word, or {@link #END}. */
    private int seek() throws IOException {
        while (true) {
            // Where nothing was when it was read, there may be something by now.
            int head = at == wordAfterAt && isWhole(wordAfter) ? wordAfter : word(at);
            if (!isWhole(head)) {
                return END;
            }
            if ((head & METADATA) == 0) {
                return head;
            }
            at = end(at, head & LENGTH);
        }
    }

    private static boolean isWhole(int head) {
        return head > 0;
    }

    /** Where the next document begins. */
    static long end(long at, int length) {
        return at + WORD + length + WORD - 1 & -WORD;
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
        read(lastAt + WORD, bytes, bytes.length);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

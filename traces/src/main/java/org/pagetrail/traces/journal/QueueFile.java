package org.pagetrail.traces.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A queue's data file seen as plain bytes, to find out without mapping it whether it is whole.
 *
 * <pre>
 *   a document begins at a multiple of 4:
 *   31          30         29             0
 *  +-----------+----------+----------------+
 *  | not whole | metadata | length in bytes|   then so many bytes; 0: no document here yet
 *  +-----------+----------+----------------+
 * </pre>
 *
 * <p>A file that was cut would end the process or lose documents silently once mapped.
 */
final class QueueFile {
    private static final int NOT_WHOLE = 1 << 31;
    private static final int LENGTH = (1 << 30) - 1;
    private static final int WORD = Integer.BYTES;

    /** A closing record is far smaller; of anything larger only the beginning is needed, to see that it is none. */
    private static final int LARGEST_LAST = 1 << 16;

    private static final int METADATA = 1 << 30;

    /** What is wrong with the file, or null when all its documents lie within it. */
    private final String damage;

    /** The last whole document that is no metadata; empty when there is none. */
    private final byte[] lastDocument;

    private QueueFile(String damage, byte[] lastDocument) {
        this.damage = damage;
        this.lastDocument = lastDocument;
    }

    String damage() {
        return damage;
    }

    byte[] lastDocument() {
        return lastDocument;
    }

    /** Follows the documents from the beginning to the first place that has none yet. */
    static QueueFile scan(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer word = ByteBuffer.allocate(WORD).order(ByteOrder.LITTLE_ENDIAN);
            long lastAt = 0;
            int lastLength = 0;
            String damage = null;
            for (long at = 0; damage == null; ) {
                if (!fill(channel, word.clear(), at)) {
                    damage = "the file ends at byte " + size + ", where the next document's length should be";
                    break;
                }
                int head = word.getInt(0);
                if (head == 0 || (head & NOT_WHOLE) != 0) {
                    // Nothing here yet, or the document that a writer was at when it was stopped.
                    break;
                }
                int length = head & LENGTH;
                if (at + WORD + length > size) {
                    damage = "the file ends at byte " + size + ", inside the document at byte " + at;
                } else if ((head & METADATA) == 0) {
                    lastAt = at + WORD;
                    lastLength = length;
                }
                at = at + WORD + length + WORD - 1 & -WORD;
            }
            ByteBuffer last = ByteBuffer.allocate(Math.min(lastLength, LARGEST_LAST));
            fill(channel, last, lastAt);
            return new QueueFile(damage, last.array());
        }
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Fills a stretch of a file that holds nothing yet with zeros, so that a full disk shows here and not in the mapping. */
    static void reserve(Path file, long from, long to) throws IOException {
        byte[] zeros = new byte[1 << 16];
        try (RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
            writer.seek(from);
            for (long left = to - from; left > 0; left -= zeros.length) {
                writer.write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        }
    }
}

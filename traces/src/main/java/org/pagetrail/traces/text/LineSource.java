package org.pagetrail.traces.text;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.pagetrail.traces.event.TraceException;

/**
 * The lines of a UTF-8 file, plain or compressed with gzip: pieces that end with LF, and perhaps a torn one at the end.
 *
 * <p>A compressed file that was cut ends where its data ends: what is missing shows in what the lines say.
 */
final class LineSource implements Closeable {
    /** More than any header; whoever has longer lines has another kind of file. */
    static final int LONGEST_LINE = 16 << 20;

    private static final int CHUNK = 1 << 16;
    private static final int GZIP_MAGIC = 0x8b1f;

    private final Path file;
    private final InputStream input;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private byte[] bytes = new byte[CHUNK];
    private char[] chars = new char[CHUNK];
    private int from;
    private int to;
    private long number;
    private boolean whole;
    private int length;

    private LineSource(Path file, InputStream input) {
        this.file = file;
        this.input = input;
    }

    /**
     * Opens a file as what its first bytes say it is.
     *
     * @throws TraceException when it is not there, is no file that can be read more than once, or cannot be read
     */
    static LineSource open(Path file) {
        InputStream input = null;
        try {
            if (Files.isDirectory(file)) {
                throw new TraceException(file + " is a directory; name a file that export made");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new TraceException(
                        file + " is no regular file, and a trace is read more than once; write it to a file first");
            }
            input = new BufferedInputStream(Files.newInputStream(file), CHUNK);
            if (compressed(input)) {
                input = new BufferedInputStream(new GZIPInputStream(input, CHUNK), CHUNK);
            }
            refuseOther(file, input);
            return new LineSource(file, input);
        } catch (TraceException e) {
            closeQuietly(input);
            throw e;
        } catch (NoSuchFileException e) {
            throw new TraceException(file + " does not exist; name a trace that record or export made", e);
        } catch (AccessDeniedException e) {
            throw new TraceException(file + " may not be read; ask its owner for permission", e);
        } catch (ZipException | EOFException e) {
            closeQuietly(input);
            throw new TraceException(
                    file + " begins as a file compressed with gzip, but is none; restore it, or export it again", e);
        } catch (IOException e) {
            closeQuietly(input);
            throw new TraceException(file + " cannot be read: " + e.getMessage() + "; restore it from a copy", e);
        }
    }

    /** Refuses what does not begin with a JSON object, before a line of it is looked for. */
    private static void refuseOther(Path file, InputStream input) throws IOException {
        input.mark(1);
        int first = input.read();
        input.reset();
        if (first >= 0 && "{ \t\r\n".indexOf(first) < 0) {
            throw new TraceException(file
                    + " is no trace: it is no JSON Lines, plain or compressed with gzip; name a file that export made,"
                    + " or a journal's directory");
        }
    }

    private static boolean compressed(InputStream input) throws IOException {
        input.mark(2);
        int magic = input.read() | input.read() << Byte.SIZE;
        input.reset();
        return magic == GZIP_MAGIC;
    }

    /**
     * The last line of a file that is not compressed, found from its end.
     *
     * @param most how long a line is looked for at most, in bytes
     * @return without its LF; null when there is none that is whole and not longer
     */
    static byte[] last(Path file, int most) {
        try (RandomAccessFile at = new RandomAccessFile(file.toFile(), "r")) {
            int length = (int) Math.min(at.length(), most + 1L);
            byte[] tail = new byte[length];
            at.seek(at.length() - length);
            at.readFully(tail);
            int end = length - 1;
            if (end < 0 || tail[end] != '\n') {
                return null;
            }
            int begin = end;
            while (begin > 0 && tail[begin - 1] != '\n') {
                begin--;
            }
            return begin == 0 ? null : Arrays.copyOfRange(tail, begin, end);
        } catch (IOException e) {
            return null;
        }
    }

    private static void closeQuietly(InputStream input) {
        if (input != null) {
            try {
                input.close();
            } catch (IOException e) {
                // It was only read; the failure that led here is the one to tell.
            }
        }
    }

    /** Goes on to the next line; false at the end of the file. */
    boolean next() {
        number++;
        from += length + (whole ? 1 : 0);
        int scanned = from;
        while (true) {
            for (int i = scanned; i < to; i++) {
                if (bytes[i] == '\n') {
                    length = i - from;
                    whole = true;
                    return true;
                }
            }
            scanned = to;
            int moved = from;
            if (!fill()) {
                length = to - from;
                whole = false;
                number -= length > 0 ? 0 : 1;
                return length > 0;
            }
            scanned -= moved - from;
        }
    }

    private boolean fill() {
        if (from > 0) {
            System.arraycopy(bytes, from, bytes, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == bytes.length) {
            if (to >= LONGEST_LINE) {
                throw new TraceException(at() + "a line of more than " + LONGEST_LINE
                        + " bytes is in no trace; name a trace that record or export made");
            }
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        try {
            int read = input.read(bytes, to, bytes.length - to);
            to += Math.max(read, 0);
            return read > 0;
        } catch (EOFException e) {
            return false;
        } catch (ZipException e) {
            throw new TraceException(at() + "the compressed data are damaged (" + e.getMessage()
                    + "); restore the file from a copy, or export the trace again");
        } catch (IOException e) {
            throw new TraceException(at() + "it cannot be read: " + e.getMessage() + "; restore it from a copy", e);
        }
    }

    /** Whether the current line is an event in canonical form, which {@code line} has taken then. */
    boolean take(CanonicalLine line) {
        return line.take(bytes, from, length);
    }

    /** The current line without its LF, or null when it is not UTF-8; valid until the next line is asked for. */
    CharBuffer text() {
        if (chars.length < length) {
            chars = new char[bytes.length];
        }
        for (int i = 0; i < length; i++) {
            byte b = bytes[from + i];
            if (b < 0) {
                return text(ByteBuffer.wrap(bytes, from, length));
            }
            chars[i] = (char) b;
        }
        return CharBuffer.wrap(chars, 0, length);
    }

    /** A copy of the current line's bytes, for {@link #text(ByteBuffer)} later; in the buffer when that is large enough. */
    ByteBuffer copy(ByteBuffer buffer) {
        ByteBuffer copy = buffer.capacity() >= length ? buffer.clear() : ByteBuffer.allocate(2 * length);
        return copy.put(bytes, from, length).flip();
    }

    /** The first character of the current line that is not UTF-8, from 1. */
    int malformedAt() {
        CharBuffer before = CharBuffer.allocate(length);
        decoder.reset().decode(ByteBuffer.wrap(bytes, from, length), before, true);
        return before.position() + 1;
    }

    /** The text of a copied line, or null when it is not UTF-8. */
    CharBuffer text(ByteBuffer copied) {
        try {
            return decoder.decode(copied);
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Whether the current line ends with LF. */
    boolean whole() {
        return whole;
    }

    /** The current line's number, from 1. */
    long number() {
        return number;
    }

    /** File, line and column from 1, as messages begin. */
    String at(int column) {
        return file + ":" + number + ":" + column + ": ";
    }

    /** File and line, as messages begin. */
    String at() {
        return file + ":" + number + ": ";
    }

    @Override
    public void close() {
        closeQuietly(input);
    }
}

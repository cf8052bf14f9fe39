package org.pagetrail.traces.text;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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
    static final int LONGEST_LINE = 64 << 20;

    private static final int CHUNK = 1 << 16;
    private static final String COMPRESSED = ".gz";

    private final Path file;
    private final InputStream input;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private byte[] bytes = new byte[CHUNK];
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
     * Opens a file, by its name as what it is.
     *
     * @throws TraceException when it is not there or cannot be read
     */
    static LineSource open(Path file) {
        InputStream input = null;
        try {
            if (Files.isDirectory(file)) {
                throw new TraceException(file + " is a directory; name a file that export made");
            }
            input = Files.newInputStream(file);
            if (file.toString().endsWith(COMPRESSED)) {
                return new LineSource(file, new GZIPInputStream(new BufferedInputStream(input, CHUNK), CHUNK));
            }
            return new LineSource(file, input);
        } catch (NoSuchFileException e) {
            throw new TraceException(file + " does not exist; name a trace that record or export made", e);
        } catch (AccessDeniedException e) {
            throw new TraceException(file + " may not be read; ask its owner for permission", e);
        } catch (ZipException | EOFException e) {
            closeQuietly(input);
            throw new TraceException(
                    file + " is not compressed with gzip, though its name says so; name it .jsonl, or export it again",
                    e);
        } catch (IOException e) {
            closeQuietly(input);
            throw new TraceException(file + " cannot be read: " + e.getMessage() + "; restore it from a copy", e);
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

    /** The current line without its LF, or null when it is not UTF-8. */
    CharBuffer text() {
        return text(ByteBuffer.wrap(bytes, from, length));
    }

    /** A copy of the current line's bytes, for {@link #text(ByteBuffer)} later. */
    ByteBuffer copy() {
        return ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, from + length));
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

    /** File and line, as messages begin. */
    String at() {
        return file + ":" + number + ": ";
    }

    @Override
    public void close() {
        closeQuietly(input);
    }
}

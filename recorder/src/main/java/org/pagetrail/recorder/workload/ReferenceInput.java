package org.pagetrail.recorder.workload;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The bytes of a file, out of gzip (RFC 1952) if its first two bytes say so, and how many of the file that took. */
final class ReferenceInput implements Closeable {
    private static final int CHUNK = 1 << 16;
    private static final int MAGIC_BYTES = 2;
    private static final int FIRST = 0x1f;
    private static final int SECOND = 0x8b;

    private final Path file;
    private final Counted counted;
    private InputStream input;
    private boolean torn;

    /** Counts what goes through. */
    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int at, int length) throws IOException {
            int read = super.read(bytes, at, length);
            count += Math.max(read, 0);
            return read;
        }

        /** Always something: asked whether another member follows, a pipe would say no, and the rest be lost. */
        @Override
        public int available() {
            return 1;
        }
    }

    private ReferenceInput(Path file, Counted counted) {
        this.file = file;
        this.counted = counted;
        this.input = counted;
    }

    /**
     * Opens a file.
     *
     * @throws LackeyFormatException when it is not there or cannot be read
     */
    static ReferenceInput open(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new LackeyFormatException(file + " is a directory; name a file of references");
            }
            ReferenceInput opened = new ReferenceInput(file, new Counted(Files.newInputStream(file)));
            opened.uncompress();
            return opened;
        } catch (NoSuchFileException e) {
            throw new LackeyFormatException(file + " does not exist; name a file of references", e);
        } catch (AccessDeniedException e) {
            throw new LackeyFormatException(file + " may not be read; ask its owner for permission", e);
        } catch (IOException e) {
            throw new LackeyFormatException(
                    file + " cannot be read: " + e.getMessage() + "; restore it from a copy", e);
        }
    }

    private void uncompress() throws IOException {
        PushbackInputStream again = new PushbackInputStream(counted, MAGIC_BYTES);
        byte[] magic = again.readNBytes(MAGIC_BYTES);
        again.unread(magic);
        input = again;
        if (magic.length < MAGIC_BYTES || (magic[0] & 0xff) != FIRST || (magic[1] & 0xff) != SECOND) {
            return;
        }
        try {
            input = new GZIPInputStream(again, CHUNK);
        } catch (EOFException e) {
            torn = true;
        } catch (ZipException e) {
            close();
            throw e;
        }
    }

    /**
     * Reads some bytes; -1 at the end.
     *
     * @param line the line to name when that fails
     * @throws LackeyFormatException when it does, or when compressed data are damaged
     */
    int read(byte[] bytes, int at, int length, long line) {
        if (torn) {
            return -1;
        }
        try {
            return input.read(bytes, at, length);
        } catch (EOFException e) {
            torn = true;
            return -1;
        } catch (ZipException e) {
            throw new LackeyFormatException(
                    file + ":" + line + ": from here on the compressed data are damaged (" + e.getMessage()
                            + "); restore the file from a copy",
                    e);
        } catch (IOException e) {
            throw new LackeyFormatException(
                    file + ":" + line + ": it cannot be read: " + e.getMessage() + "; restore it from a copy", e);
        }
    }

    /** Whether compressed data ended before their end. */
    boolean torn() {
        return torn;
    }

    /** How many bytes of the file were read. */
    long count() {
        return counted.count;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}

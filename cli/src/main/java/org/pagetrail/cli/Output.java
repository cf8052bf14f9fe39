package org.pagetrail.cli;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.pagetrail.traces.event.TraceOutputException;

/**
 * Where a command writes its result: a file that is not there yet, or standard output.
 *
 * <p>A reader that has seen enough and closed its end of the pipe is no error: {@link ClosedPipe} ends the command quietly.
 */
final class Output implements Closeable {
    /** Standard output was closed by whoever reads it. */
    static final class ClosedPipe extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ClosedPipe(IOException cause) {
            super(cause);
        }
    }

    private final String name;
    private final OutputStream file;
    private final OutputStream stream;
    private final Writer writer;
    private final boolean standard;

    private Output(String name, OutputStream stream, boolean standard) {
        this.name = name;
        this.standard = standard;
        this.stream = new Unclosed(new BufferedOutputStream(stream, 1 << 16));
        file = stream;
        writer = new OutputStreamWriter(this.stream, StandardCharsets.UTF_8);
    }

    /** Stays open when what wraps it is closed. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    /**
     * Opens a file for writing, or standard output for null and {@code -}.
     *
     * @throws TraceOutputException when the file exists or cannot be made
     */
    static Output open(String file) {
        if (file == null || file.equals("-")) {
            return new Output("standard output", new FileOutputStream(FileDescriptor.out), true);
        }
        try {
            return new Output(file, Files.newOutputStream(Path.of(file), StandardOpenOption.CREATE_NEW), false);
        } catch (FileAlreadyExistsException e) {
            throw new TraceOutputException(
                    TraceOutputException.Reason.EXISTS,
                    file + " exists; choose another with -o, or remove it first",
                    e);
        } catch (IOException e) {
            throw new TraceOutputException(
                    TraceOutputException.Reason.STORE,
                    file + " cannot be written: " + e.getMessage() + "; choose another with -o",
                    e);
        }
    }

    /** Writes text as it is. */
    void print(CharSequence text) {
        try {
            writer.append(text);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Writes a line. */
    void line(CharSequence text) {
        print(text);
        print("\n");
    }

    /** The underlying writer, for a renderer; its failures are turned by {@link #failed}. */
    Writer writer() {
        return writer;
    }

    /** The bytes under the writer, for who writes no text; to close it only flushes. Its failures are turned as the writer's. */
    OutputStream stream() {
        return stream;
    }

    /** Gives up what was written: a file that was made goes again. */
    void discard() {
        if (!standard) {
            try {
                file.close();
                Files.deleteIfExists(Path.of(name));
            } catch (IOException e) {
                // What led here is told.
            }
        }
    }

    /** What a failure to write means. */
    RuntimeException failed(IOException e) {
        // The operating system's word for it; a full disk behind standard output is an error as anywhere else.
        return standard && "Broken pipe".equals(e.getMessage())
                ? new ClosedPipe(e)
                : new TraceOutputException(
                        TraceOutputException.Reason.STORE, name + " cannot be written: " + e.getMessage(), e);
    }

    /** Unwraps a failure that a renderer had to wrap. */
    RuntimeException failed(UncheckedIOException e) {
        return failed(e.getCause());
    }

    /** Hands what was written so far to whoever reads it. */
    void flush() {
        try {
            writer.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try {
            writer.flush();
            if (!standard) {
                file.close();
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }
}

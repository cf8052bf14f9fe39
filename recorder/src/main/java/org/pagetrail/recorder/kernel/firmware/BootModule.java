package org.pagetrail.recorder.kernel.firmware;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file that a boot loader places beside the kernel.
 *
 * <p>Its content is read in pieces: once to know size and digest, once more to place it.
 */
public final class BootModule {
    private static final int PIECE_BYTES = 1 << 16;

    /** No physical address space of 32 bits has room for more. */
    private static final long LARGEST = 1L << 32;

    private final String name;
    private final Source source;
    private final long size;
    private final String sha256;

    @FunctionalInterface
    private interface Source {
        InputStream open() throws IOException;
    }

    @FunctionalInterface
    private interface Piece {
        void take(long at, byte[] bytes, int length);
    }

    private BootModule(String name, Source source) throws IOException {
        this.name = name;
        this.source = source;
        long[] bytes = new long[1];
        sha256 = read((at, piece, length) -> bytes[0] = at + length);
        size = bytes[0];
    }

    /** A module with this content; the array is not to be changed afterwards. */
    public static BootModule of(String name, byte[] content) {
        try {
            return new BootModule(name, () -> new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new AssertionError("memory can be read", e);
        }
    }

    /**
     * A module with the content of a file.
     *
     * @param name as the kernel is told it
     * @throws BootLoaderException when the file cannot be read or is empty
     */
    public static BootModule read(String name, Path path) {
        if (Files.isDirectory(path)) {
            throw new BootLoaderException(path + ": a directory; name a file to load as a module");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new BootLoaderException(path + ": not a regular file; name a file to load as a module");
        }
        try {
            BootModule module = new BootModule(name, () -> Files.newInputStream(path));
            if (module.size == 0) {
                throw new BootLoaderException(path + ": empty; name a file with content to load as a module");
            }
            return module;
        } catch (NoSuchFileException e) {
            throw new BootLoaderException(path + ": no such file; name a file to load as a module", e);
        } catch (AccessDeniedException e) {
            throw new BootLoaderException(path + ": permission denied; make the module readable", e);
        } catch (IOException e) {
            throw new BootLoaderException(path + ": cannot be read (" + e.getMessage() + "); check the file", e);
        }
    }

    /** Reads to the end, or to just beyond what memory can hold, and gives the digest. */
    private String read(Piece piece) throws IOException {
        MessageDigest digest = sha256Digest();
        byte[] buffer = new byte[PIECE_BYTES];
        try (InputStream in = source.open()) {
            long at = 0;
            for (int length = in.read(buffer); length > 0 && at <= LARGEST; length = in.read(buffer)) {
                digest.update(buffer, 0, length);
                piece.take(at, buffer, length);
                at += length;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * Places its content.
     *
     * @throws BootLoaderException when the file cannot be read any more or is not what it was
     */
    void placeAt(long physical, PhysicalSink sink) {
        try {
            String now = read((at, bytes, length) -> {
                if (at + length > size) {
                    throw changed();
                }
                sink.load(physical + at, bytes, 0, length);
            });
            if (!now.equals(sha256)) {
                throw changed();
            }
        } catch (IOException e) {
            throw new BootLoaderException("module '" + name + "': cannot be read any more; check the file", e);
        }
    }

    private BootLoaderException changed() {
        return new BootLoaderException("module '" + name + "': changed while it was loaded; record again");
    }

    /** What the kernel is told it is called. */
    public String name() {
        return name;
    }

    /** Its size in bytes; may be 0. */
    public long size() {
        return size;
    }

    /** The SHA-256 of its content, as 64 hexadecimal digits. */
    public String sha256() {
        return sha256;
    }
}

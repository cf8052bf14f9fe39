package org.pagetrail.recorder.kernel.firmware;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file that the boot loader loads beside the kernel.
 *
 * @param name the file's name, without its directories
 * @param file where it is
 * @param size in bytes
 * @param sha256 of its contents, hexadecimal
 */
public record ModuleFile(String name, Path file, long size, String sha256) {
    private static final long LARGEST = 1L << 32;

    /**
     * Looks at a file.
     *
     * @throws BootLoaderException when it cannot be read, is empty, or larger than memory can be
     */
    public static ModuleFile of(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new BootLoaderException("module " + file + " is a directory; name a file");
            }
            long size = Files.size(file);
            if (size == 0 || size >= LARGEST) {
                throw new BootLoaderException(
                        "module " + file + (size == 0 ? " is empty" : " is 4 GB or larger") + "; name another file");
            }
            return new ModuleFile(file.getFileName().toString(), file, size, digest(file));
        } catch (NoSuchFileException e) {
            throw new BootLoaderException("module " + file + " does not exist; name a file", e);
        } catch (IOException e) {
            throw new BootLoaderException("module " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

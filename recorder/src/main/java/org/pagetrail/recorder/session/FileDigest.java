package org.pagetrail.recorder.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * By what a file is told from others, whatever it is called; read piece by piece, for reference streams can be larger than memory.
 *
 * @param size bytes
 * @param sha256 64 hexadecimal digits
 */
record FileDigest(long size, String sha256) {
    /**
     * That of a file.
     *
     * @throws RecordingException when there is none, or it cannot be read twice
     */
    static FileDigest of(Path path) {
        if (!Files.exists(path)) {
            throw new RecordingException(path + " does not exist; name a file that does");
        }
        if (!Files.isRegularFile(path)) {
            throw new RecordingException(
                    path + ": not a regular file, and it is read twice, for its digest and to run; write it to a file");
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
                long size = in.transferTo(OutputStream.nullOutputStream());
                return new FileDigest(size, HexFormat.of().formatHex(digest.digest()));
            }
        } catch (IOException e) {
            throw new RecordingException(path + ": cannot be read (" + e.getMessage() + "); check the file", e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}

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
import org.pagetrail.recorder.workload.LackeyFormatException;
import org.pagetrail.recorder.workload.ReferenceStream;
import org.pagetrail.traces.plan.Plan;

/** The file of a reference stream, known by its digest. */
final class StreamFile {
    private final Workload workload;
    private final long size;
    private final String sha256;

    /** Reads it once, for its digest; that it can be run shows when it is. */
    StreamFile(Workload workload, Plan plan) {
        this.workload = workload;
        Path path = workload.stream().path();
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new RecordingException(
                    path + ": not a regular file, and it is read twice, for its digest and to run; write it to a file");
        }
        try {
            open(plan).close();
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
                size = in.transferTo(OutputStream.nullOutputStream());
            }
            sha256 = HexFormat.of().formatHex(digest.digest());
        } catch (LackeyFormatException e) {
            throw new RecordingException(e.getMessage(), e);
        } catch (IOException e) {
            throw new RecordingException(path + ": cannot be read (" + e.getMessage() + "); check the file", e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    String name() {
        return workload.stream().name();
    }

    long size() {
        return size;
    }

    String sha256() {
        return sha256;
    }

    /**
     * Opens it under a plan.
     *
     * @throws LackeyFormatException when it cannot be read
     */
    ReferenceStream open(Plan plan) {
        return ReferenceStream.open(workload.stream().path(), plan, workload.rebase(), workload.lenient());
    }
}

package org.pagetrail.recorder.workload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The recorded reference streams among the test resources, and gzip. */
final class Recorded {
    private Recorded() {}

    static Path copy(String name, Path directory) {
        Path copy = directory.resolve(name);
        try (InputStream resource = Recorded.class.getResourceAsStream(name)) {
            Files.copy(resource, copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    static byte[] text(String name) {
        try (InputStream resource = new GZIPInputStream(Recorded.class.getResourceAsStream(name))) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] compressed(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }
}

package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recordings that take no more memory the longer they are. {@code -Dpagetrail.soak=true} makes 100 million accesses of each kind in a heap
 * of 256 MB.
 */
class LongRecordingIT {
    private static final boolean SOAK = Boolean.getBoolean("pagetrail.soak");
    private static final long ACCESSES = SOAK ? 100_000_000 : 3_000_000;
    private static final String HEAP = SOAK ? "256m" : "24m";
    private static final Path STREAM = Path.of(
            "..", "recorder", "src", "test", "resources", "org", "pagetrail", "recorder", "workload", "sort.lackey.gz");

    @TempDir
    Path temporary;

    private void record(String... options) throws IOException, InterruptedException {
        String[] arguments = new String[options.length + 4];
        List<String> first =
                List.of("record", "-q", "-o", temporary.resolve("t").toString());
        System.arraycopy(first.toArray(String[]::new), 0, arguments, 0, first.size());
        System.arraycopy(options, 0, arguments, first.size(), options.length);
        PagetrailProcess.Result result =
                PagetrailProcess.of(arguments).heap(HEAP).run();
        assertEquals("", result.err());
        assertEquals(0, result.exitCode());
        PagetrailProcess.Result info = PagetrailProcess.of(
                        "info", temporary.resolve("t").toString())
                .heap(HEAP)
                .run();
        assertTrue(info.out().contains(": complete, "), info.out());
    }

    @Test
    void accessesOfAScenarioDoNotFillTheHeap() throws IOException, InterruptedException {
        Path scenario = Files.writeString(temporary.resolve("long.yaml"), """
                name: long
                title: accesses at random over more pages than any TLB holds
                timer: 1000000
                phases:
                  - name: thrash
                    processes:
                      - program: compiler
                        steps:
                          - brk: {grow: 4 MB}
                          - touch: {area: heap, pattern: random, count: %d, writes: 30}
                """.formatted(ACCESSES));
        record("--scenario", scenario.toString());
    }

    @Test
    void aReferenceStreamDoesNotFillTheHeap() throws IOException, InterruptedException {
        byte[] records = records();
        long lines = 0;
        for (byte b : records) {
            lines += b == '\n' ? 1 : 0;
        }
        Path stream = temporary.resolve("long.lackey.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(stream))) {
            for (long written = 0; written < ACCESSES; written += lines) {
                out.write(records);
            }
        }
        record("--accesses-from", stream.toString(), "--rebase");
    }

    private static byte[] records() throws IOException {
        StringBuilder records = new StringBuilder();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(STREAM))) {
            new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> line.matches("(I | [LSM]) .*"))
                    .forEach(line -> records.append(line).append('\n'));
        }
        return records.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}

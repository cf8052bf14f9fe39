package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A trace that is far larger than the heap, through text and back. {@code -Dpagetrail.soak=true} takes one of 10 million events and
 * a heap of 256 MB.
 */
class LargeTraceIT {
    private static final boolean SOAK = Boolean.getBoolean("pagetrail.soak");
    private static final long EVENTS = SOAK ? 10_000_000 : 300_000;
    private static final String HEAP = SOAK ? "256m" : "24m";

    @TempDir
    Path temporary;

    private String at(String name) {
        return temporary.resolve(name).toString();
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        PagetrailProcess.Result result =
                PagetrailProcess.of(arguments).heap(HEAP).run();
        assertEquals("", result.err(), () -> List.of(arguments).toString());
        assertEquals(0, result.exitCode());
        return result.out();
    }

    @Test
    void aTraceLargerThanTheHeapGoesThroughTextAndComesBackByteForByte() throws IOException, InterruptedException {
        Path trace = Path.of(at("t"));
        LargeTraces.write(trace, EVENTS);
        String info = run("info", at("t"));
        for (String form : List.of("jsonl", "jsonl.gz")) {
            run("export", at("t"), "--format", form, "-o", at(form));
            assertEquals(info.replace(at("t"), at(form)), run("info", at(form)));
            assertEquals(5, run("view", at(form), "-n", "4").lines().count());
            String excerpt = run("export", at(form), "--event", "tlb-invalidated", "--from", "1000");
            assertTrue(excerpt.lines().count() > EVENTS / 32, form);
            run("import", at(form), "-q", "-o", at("again"));
            try (var files = Files.list(trace)) {
                for (Path file : files.toList()) {
                    Path again = Path.of(at("again")).resolve(file.getFileName());
                    assertEquals(-1, Files.mismatch(file, again));
                    Files.delete(again);
                }
            }
            Files.delete(Path.of(at("again")));
            Files.delete(Path.of(at(form)));
        }
        assertArrayEquals(new String[] {"t"}, temporary.toFile().list());
    }
}

package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceOutputException;

/** A disk that fills up; needs a small file system of its own, and so root and mount. */
class FullDiskTest {
    private static final long SEED = 11;
    private static final int EVENTS = 200_000;

    @TempDir
    Path temporary;

    private boolean mounted;

    private static boolean runs(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Path disk(int kilobytes) throws IOException, InterruptedException {
        Path disk = Files.createDirectory(temporary.resolve("disk"));
        mounted = runs("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", disk.toString());
        assumeTrue(mounted, "a small tmpfs can be mounted");
        return disk;
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (mounted) {
            assertTrue(runs("umount", temporary.resolve("disk").toString()));
        }
    }

    private static void tell(boolean runs, TraceEvents out) {
        if (runs) {
            FillRunsTest.tell(EVENTS, SEED, out);
        } else {
            JournalTest.random(EVENTS, SEED, out);
        }
    }

    @ParameterizedTest
    @CsvSource({"400, false", "700, false", "1001, false", "1502, false", "401, true", "700, true", "1001, true"})
    void whenTheDiskIsFullAllWholeBlocksAreReadableAndTheJournalIsIncomplete(int kilobytes, boolean runs)
            throws IOException, InterruptedException {
        Path trace = disk(kilobytes).resolve("t");
        TraceOutputException full = assertThrows(TraceOutputException.class, () -> {
            try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false)) {
                tell(runs, writer);
                writer.finish();
            }
        });
        assertEquals(TraceOutputException.Reason.STORE, full.reason());
        assertFalse(full.getMessage().contains("\n"), full.getMessage());
        JournalTest.Lines written = new JournalTest.Lines();
        tell(runs, written);
        JournalTest.Lines read = new JournalTest.Lines();
        try (JournalReader reader = JournalReader.open(trace)) {
            reader.readAll(read);
            assertFalse(reader.complete());
        }
        assertTrue(read.lines.size() > 1000, "events: " + read.lines.size());
        assertEquals(written.lines.subList(0, read.lines.size()), read.lines);
        assertTrue(full.getMessage().contains("its first " + read.lines.size() + " events"), full.getMessage());
        assertFalse(Files.exists(trace.resolve(JournalFiles.LOCK)));
        JournalCheck check = JournalSurvey.check(trace);
        assertEquals(TraceEnding.INCOMPLETE, check.ending(), check.toString());
        assertEquals(read.lines.size(), check.provable());
        Path repaired = temporary.resolve("repaired");
        assertEquals(read.lines.size(), JournalRepair.repair(trace, repaired).events());
        TraceOutputException fullAgain = assertThrows(
                TraceOutputException.class,
                () -> JournalRepair.repair(repaired, temporary.resolve("disk").resolve("again")));
        assertEquals(TraceOutputException.Reason.STORE, fullAgain.reason());
    }

    @Test
    void onADiskWithoutRoomNothingIsLeft() throws IOException, InterruptedException {
        Path disk = disk(64);
        assertThrows(
                TraceOutputException.class, () -> JournalWriter.create(disk.resolve("t"), JournalTest.header(), false));
        try (var files = Files.list(disk)) {
            assertEquals(List.of(), files.toList());
        }
    }
}

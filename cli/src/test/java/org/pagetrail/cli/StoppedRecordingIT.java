package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.cli.PagetrailProcess.Result;
import org.pagetrail.cli.PagetrailProcess.Running;

/** Recordings that are stopped from outside, wherever they happen to be. */
class StoppedRecordingIT {
    private static final int MOST_WAITS = 6000;

    @TempDir
    Path temporary;

    private Result run(String... arguments) throws IOException, InterruptedException {
        return PagetrailProcess.of(arguments).in(temporary).run();
    }

    private Running startRecording() throws IOException, InterruptedException {
        Running recording =
                PagetrailProcess.of("record", "-q", "--ram", "4G").in(temporary).start();
        Path lock = temporary.resolve("boot.trace").resolve("recording.lock");
        for (int i = 0; i < MOST_WAITS && recording.runs() && !Files.exists(lock); i++) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return recording;
    }

    @RepeatedTest(4)
    void afterCtrlCTheJournalIsClosedAndSaysWhy() throws IOException, InterruptedException {
        assumeTrue(PagetrailProcess.interruptsReachChildren());
        Result result;
        try (Running recording = startRecording()) {
            recording.interrupt();
            result = recording.end();
        }
        Result info = run("info", "boot.trace");
        assertEquals(ExitCodes.CLEAN, info.exitCode(), info.err());
        assertTrue(info.out().contains("boot.trace: complete"), info.out());
        if (result.exitCode() != ExitCodes.CLEAN) {
            assertEquals(ExitCodes.INTERRUPTED, result.exitCode(), result.err());
            assertTrue(
                    result.err().matches("pagetrail: interrupted: boot\\.trace is closed, with \\d+ events\\R"),
                    result.err());
            Result last = run("view", "boot.trace", "--event", "machine-stopped");
            assertTrue(last.out().contains("interrupted"), last.out());
        }
        assertFalse(Files.exists(temporary.resolve("boot.trace").resolve("recording.lock")));
    }

    @RepeatedTest(4)
    void afterAKillWhatWasWrittenIsReadableAndForceRecordsAnew() throws IOException, InterruptedException {
        try (Running recording = startRecording()) {
            // Closing it kills it.
            assertTrue(recording.runs() || recording.end().exitCode() == ExitCodes.CLEAN);
        }
        Result info = run("info", "boot.trace");
        boolean readable = info.exitCode() == ExitCodes.CLEAN && info.out().contains("complete");
        assertTrue(
                readable
                        || info.exitCode() == ExitCodes.TRACE
                                && info.err().lines().count() == 1,
                info.err());
        Result check = run("info", "--check", "boot.trace");
        assertTrue(check.exitCode() == ExitCodes.CLEAN || check.exitCode() == ExitCodes.TRACE, check.err());
        assertFalse(check.out().contains(": damaged"), check.out());
        if (check.out().contains("keeps the first")) {
            Result repaired = run("repair", "boot.trace", "-o", "repaired");
            assertEquals(ExitCodes.CLEAN, repaired.exitCode(), repaired.err());
            assertEquals(
                    ExitCodes.CLEAN,
                    run("verify", "repaired", "--allow-incomplete").exitCode());
        }
        Result refused = run("record", "-q");
        assertEquals(ExitCodes.USAGE, refused.exitCode(), refused.err());
        Result again = run("record", "-q", "--force");
        assertEquals(ExitCodes.CLEAN, again.exitCode(), again.err());
        assertTrue(run("info", "boot.trace").out().contains("boot.trace: complete"));
    }

    @Test
    void whileOneRecordsAnotherIsRefusedEvenWithForce() throws IOException, InterruptedException {
        try (Running recording = startRecording()) {
            Result second = run("record", "-q", "--force");
            Result first = recording.end();
            assertEquals(ExitCodes.CLEAN, first.exitCode(), first.err());
            // The first may have been over already; then the second replaced what it left.
            assertTrue(
                    second.exitCode() == ExitCodes.CLEAN || second.err().contains("being recorded into"), second.err());
        }
        assertTrue(run("info", "boot.trace").out().contains("boot.trace: complete"));
    }
}

package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

/** The program in this process, with what it says on standard error. */
final class Program {
    private String error = "";

    /** Runs it; its exit code. */
    int run(String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            return Main.run(arguments);
        } finally {
            System.setErr(before);
            error = bytes.toString(StandardCharsets.UTF_8);
        }
    }

    /** What the last run said on standard error. */
    String error() {
        return error;
    }

    /** Runs it: it must refuse, with this code and one line that says this. */
    void assertRefused(int code, String says, String... arguments) {
        int ended = run(arguments);
        assertEquals(code, ended, error);
        assertEquals(1, error.lines().count(), error);
        assertTrue(error.startsWith("pagetrail: ") && error.contains(says), error);
        assertFalse(error.contains("Exception"), error);
    }

    /** A boot that was interrupted after about so many events, and closed. */
    static Path interrupted(Path trace, int after) {
        Recording recording = Recording.prepare(
                new RecordingInputs(
                        PlanFile.standard(), MachineProfiles.named("unit"), 0, null, List.of(), Scenarios.BOOT, 0),
                "test");
        FlatEvents stopper = new FlatEvents() {
            private int events;

            @Override
            protected void event(int id, long tick, long[] fields, int count, String text) {
                if (++events == after) {
                    recording.requestStop();
                }
            }
        };
        try (JournalWriter journal = JournalWriter.create(trace, recording.header(), false)) {
            assertEquals(StopReason.INTERRUPTED, recording.run(new EventTee(journal, stopper)));
            return journal.finish();
        }
    }
}

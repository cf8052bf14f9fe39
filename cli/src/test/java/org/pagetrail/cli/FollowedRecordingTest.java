package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.JournalWriter;

/** {@code view -f} beside a recording. */
@Timeout(120)
class FollowedRecordingTest {
    @TempDir
    Path temporary;

    private final Program program = new Program();

    private Path recorded() {
        Path trace = temporary.resolve("recorded");
        assertEquals(0, program.run("record", "-q", "-o", trace.toString(), "--profile", "unit"));
        return trace;
    }

    private static void waitFor(Path file, String text) throws IOException, InterruptedException {
        while (!Files.exists(file) || !Files.readString(file).contains(text)) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "jsonl"})
    void whatIsRecordedIsShownAsItComesToTheEnd(String format) throws Exception {
        Path whole = recorded();
        Path trace = temporary.resolve("trace");
        Path followed = temporary.resolve("followed");
        CompletableFuture<Integer> view;
        try (TraceReader reader = Traces.open(whole);
                JournalWriter writer = JournalWriter.create(trace, reader.header(), false)) {
            view = CompletableFuture.supplyAsync(
                    () -> program.run("view", "-f", trace.toString(), "--format", format, "-o", followed.toString()));
            for (int i = 0; i < 1000; i++) {
                assertTrue(reader.next(writer));
            }
            writer.flush();
            waitFor(followed, "page-mapped");
            reader.readAll(writer);
            writer.finish();
        }
        assertEquals(0, view.get());
        assertEquals("", program.error());
        Path shown = temporary.resolve("shown");
        assertEquals(0, program.run("view", trace.toString(), "--format", format, "-o", shown.toString()));
        assertEquals(Files.readString(shown), Files.readString(followed));
    }

    @Test
    void aRecordingThatBreaksOffEndsTheViewWhichSaysSo() throws Exception {
        Path whole = recorded();
        Path trace = temporary.resolve("trace");
        Path followed = temporary.resolve("followed");
        CompletableFuture<Integer> view;
        try (TraceReader reader = Traces.open(whole);
                JournalWriter writer = JournalWriter.create(trace, reader.header(), false)) {
            for (int i = 0; i < 1000; i++) {
                assertTrue(reader.next(writer));
            }
            writer.flush();
            view = CompletableFuture.supplyAsync(
                    () -> program.run("view", "--follow", trace.toString(), "-o", followed.toString()));
            waitFor(followed, "page-mapped");
            reader.next(writer);
        }
        assertEquals(0, view.get());
        assertTrue(program.error().contains("is incomplete: its recording did not end properly"), program.error());
        // A line of headings stands before the events.
        assertEquals(1002, Files.readAllLines(followed).size());
    }

    @Test
    void whatIsWholeIsShownAtOnceAndWhatIsNoJournalIsRefused() throws IOException {
        Path whole = recorded();
        Path shown = temporary.resolve("shown.jsonl");
        assertEquals(0, program.run("view", "-f", whole.toString(), "--format", "jsonl", "-o", shown.toString()));
        program.assertRefused(2, "-f follows a journal", "view", "-f", shown.toString());
        program.assertRefused(
                3, "does not exist", "view", "-f", temporary.resolve("none").toString());
    }
}

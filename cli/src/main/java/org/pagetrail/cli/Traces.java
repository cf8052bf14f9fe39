package org.pagetrail.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.JournalReader;
import org.pagetrail.traces.text.JsonLinesReader;
import picocli.CommandLine;

/** Opens what a user calls a TRACE: a journal's directory, or a portable trace {@code *.jsonl} or {@code *.jsonl.gz}. */
final class Traces {
    private Traces() {}

    /**
     * Opens it for reading.
     *
     * @throws org.pagetrail.traces.event.TraceException when it is missing, no trace, or damaged at its beginning
     */
    static TraceReader open(Path trace) {
        String name = trace.getFileName() == null ? "" : trace.getFileName().toString();
        boolean portable = name.endsWith(".jsonl") || name.endsWith(".jsonl.gz");
        return portable && !Files.isDirectory(trace) ? JsonLinesReader.open(trace) : JournalReader.open(trace);
    }

    /** Says on standard error when a trace is incomplete: what is shown of it ends with its last whole block. */
    static void sayIfIncomplete(CommandLine line, Path trace, TraceReader reader) {
        if (!reader.complete()) {
            Main.say(
                    line,
                    trace + " is incomplete: its recording did not end properly; it is shown to its last whole block");
        }
    }

    /**
     * Refuses a trace whose recording did not end properly.
     *
     * @param what is not done with it, as "judged"
     */
    static void refuseIncomplete(Path trace, TraceReader reader, String what) {
        if (!reader.complete()) {
            throw new TraceException(trace + " is incomplete: its recording did not end properly, so it is not " + what
                    + "; record it again");
        }
    }
}

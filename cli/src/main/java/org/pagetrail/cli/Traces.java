package org.pagetrail.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.BlockDigest;
import org.pagetrail.traces.journal.JournalReader;
import org.pagetrail.traces.text.JsonLinesReader;
import picocli.CommandLine;

/** Opens what a user calls a TRACE: a journal's directory, or a portable trace, plain or compressed with gzip. */
final class Traces {
    private Traces() {}

    /**
     * Opens it for reading, as what it is and not by its name.
     *
     * @throws org.pagetrail.traces.event.TraceException when it is missing, no trace, or damaged at its beginning
     */
    static TraceReader open(Path trace) {
        return isJournal(trace) || !Files.exists(trace)
                ? JournalReader.open(trace)
                : JsonLinesReader.open(trace, BlockDigest::new);
    }

    /** Whether it is a journal that is meant, and not a portable trace. */
    static boolean isJournal(Path trace) {
        return Files.isDirectory(trace);
    }

    /** Says on standard error when a trace is incomplete: what is shown of it ends with its last whole block. */
    static void sayIfIncomplete(CommandLine line, Path trace, TraceReader reader) {
        TraceEnding ending = reader.ending();
        if (ending != TraceEnding.COMPLETE) {
            Main.say(
                    line,
                    trace + " is " + ending.word() + ": " + ending.reason() + "; it is shown to its last whole block");
        }
    }

    /**
     * Refuses a trace that lacks a part of its recording.
     *
     * @param what is not done with it, as "judged"
     */
    static void refuseIncomplete(Path trace, TraceReader reader, String what) {
        TraceEnding ending = reader.ending();
        if (ending == TraceEnding.DAMAGED) {
            // Says what is damaged.
            reader.closing();
        }
        if (ending != TraceEnding.COMPLETE) {
            throw new TraceException(trace + " is " + ending.word() + ": " + ending.reason() + ", so it is not " + what
                    + "; "
                    + (ending == TraceEnding.OPEN ? "wait for its end" : "record it again")
                    + ", or take it as far as it goes with --allow-incomplete");
        }
    }
}

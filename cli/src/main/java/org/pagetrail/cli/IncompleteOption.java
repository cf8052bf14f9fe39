package org.pagetrail.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pagetrail.traces.event.PartialTrace;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceReader;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The option of commands that judge traces: whether one that lacks a part of its recording is judged as far as it goes. */
final class IncompleteOption {
    @Option(
            names = "--allow-incomplete",
            description =
                    "Take a trace that is incomplete, truncated or damaged as far as it goes, and say so in the result.")
    private boolean allowed;

    private final List<PartialTrace> parts = new ArrayList<>();

    /**
     * Opens a trace that is to be judged.
     *
     * @param what is done with it, as "judged"
     * @throws TraceException when it cannot be read, or lacks a part and that is not allowed
     */
    TraceReader open(Path trace, String what) {
        TraceReader reader = Traces.open(trace);
        try {
            if (allowed) {
                PartialTrace part = new PartialTrace(reader);
                parts.add(part);
                return part;
            }
            Traces.refuseIncomplete(trace, reader, what);
            return reader;
        } catch (TraceException e) {
            reader.close();
            throw e;
        }
    }

    /** Says on standard error what the damage is that ended the reading of traces, once each. */
    void sayDamage(CommandLine line) {
        parts.stream()
                .map(PartialTrace::damage)
                .filter(damage -> damage != null)
                .map(TraceException::getMessage)
                .distinct()
                .forEach(message -> Main.say(line, message));
    }
}

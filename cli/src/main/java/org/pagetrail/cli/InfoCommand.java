package org.pagetrail.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.JournalCheck;
import org.pagetrail.traces.journal.JournalSurvey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pagetrail info}: what a trace says of itself, what is in it, and whether it is whole. */
@Command(name = "info", description = InfoCommand.DESCRIPTION)
final class InfoCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Show a trace's header, phases and counts, and whether it is complete.";

    @Parameters(paramLabel = "TRACE", description = "A journal's directory, or a portable trace (.jsonl, .jsonl.gz).")
    private Path trace;

    @Option(
            names = "--check",
            description =
                    "Prove it whole, or show which blocks, events and bytes are damaged and what is left; exit 3 unless it"
                            + " is whole.")
    private boolean check;

    @Mixin
    private ResultOptions result;

    @Override
    public Integer call() {
        if (check && Traces.isJournal(trace)) {
            JournalCheck found = JournalSurvey.check(trace);
            result.write(out -> CheckReport.text(out, trace, found), () -> CheckReport.json(found));
            return found.whole() ? ExitCodes.CLEAN : ExitCodes.TRACE;
        }
        try (TraceReader reader = Traces.open(trace)) {
            Phases phases = new Phases();
            reader.readAll(phases);
            TraceClosing closing = reader.closing();
            TraceEnding ending = reader.ending();
            result.write(
                    out -> text(out, reader.header(), phases, closing, ending),
                    () -> json(reader.header(), phases, closing, ending));
            return check && ending != TraceEnding.COMPLETE ? ExitCodes.TRACE : ExitCodes.CLEAN;
        }
    }

    private void text(Output out, TraceHeader header, Phases phases, TraceClosing closing, TraceEnding ending) {
        out.line(String.format(
                Locale.ROOT,
                "%s: %s, %,d events, %,d cycles",
                trace,
                ending == TraceEnding.COMPLETE ? "complete" : ending.word() + " (" + ending.reason() + ")",
                phases.events(),
                phases.lastTick()));
        row(out, "scenario", header.scenario() + ", seed " + header.seed());
        row(out, "plan", header.plan().path("name").asText() + "  sha256 " + header.planDigest());
        row(out, "profile", header.profile().path("name").asText());
        row(out, "ram", ByteSize.text(header.ram()));
        JsonNode kernel = header.kernel();
        row(
                out,
                "kernel",
                kernel.path("name").asText() + ", "
                        + ByteSize.text(kernel.path("size").asLong()) + "  sha256 "
                        + kernel.path("sha256").asText());
        for (JsonNode module : header.modules()) {
            row(
                    out,
                    "module",
                    module.path("name").asText() + ", "
                            + ByteSize.text(module.path("size").asLong()) + "  sha256 "
                            + module.path("sha256").asText());
        }
        row(out, "format", header.format() + ", written by " + header.tool() + ", paging mode " + header.mode());
        if (closing != null) {
            row(out, "digest", closing.digest());
        }
        out.print("\n");
        PhaseTable.print(out, header, phases);
        out.print("\n");
        EventTable.print(out, phases);
    }

    private static void row(Output out, String name, String value) {
        out.line(String.format(Locale.ROOT, "  %-9s %s", name, value));
    }

    private static ObjectNode json(TraceHeader header, Phases phases, TraceClosing closing, TraceEnding ending) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("complete", ending == TraceEnding.COMPLETE);
        json.put("ending", ending.word());
        json.put("events", phases.events());
        json.put("cycles", phases.lastTick());
        json.put("digest", closing == null ? null : closing.digest());
        ArrayNode list = json.putArray("phases");
        for (Phases.Phase phase : phases.phases()) {
            if (!phase.name().equals(Phases.LOADED)) {
                list.addObject()
                        .put("phase", phase.name())
                        .put("ordinal", phase.firstOrdinal())
                        .put("tick", phase.firstTick())
                        .put("events", phase.events())
                        .put("cycles", phase.cycles());
            }
        }
        ObjectNode counts = json.putObject("counts");
        for (int id = 0; id < EventId.LIMIT; id++) {
            if (phases.count(id) != 0) {
                counts.put(EventNames.of(id), phases.count(id));
            }
        }
        json.set("header", header.toJson());
        return json;
    }
}

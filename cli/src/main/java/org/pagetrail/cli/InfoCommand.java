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
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code pagetrail info}: what a trace says of itself, what is in it, and whether it is whole. */
@Command(name = "info", description = InfoCommand.DESCRIPTION)
final class InfoCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Show a trace's header, phases and counts, and whether it is complete.";

    @Parameters(paramLabel = "TRACE", description = "A journal's directory, or a portable trace (.jsonl, .jsonl.gz).")
    private Path trace;

    @Mixin
    private ResultOptions result;

    @Override
    public Integer call() {
        try (TraceReader reader = Traces.open(trace)) {
            Phases phases = new Phases();
            reader.readAll(phases);
            TraceClosing closing = reader.closing();
            result.write(
                    out -> text(out, reader.header(), phases, closing), () -> json(reader.header(), phases, closing));
        }
        return ExitCodes.CLEAN;
    }

    private void text(Output out, TraceHeader header, Phases phases, TraceClosing closing) {
        out.line(String.format(
                Locale.ROOT,
                "%s: %s, %,d events, %,d cycles",
                trace,
                closing == null ? "incomplete (its recording did not end properly)" : "complete",
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

    private static ObjectNode json(TraceHeader header, Phases phases, TraceClosing closing) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("complete", closing != null);
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

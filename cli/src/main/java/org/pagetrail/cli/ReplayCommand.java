package org.pagetrail.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingException;
import org.pagetrail.recorder.session.Rerun;
import org.pagetrail.replay.check.Divergence;
import org.pagetrail.replay.check.TraceCheck;
import org.pagetrail.replay.check.TracedEvent;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.paging.PagingMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pagetrail replay --check}: runs a recording again from its header and compares the events one by one. */
@Command(name = "replay", description = ReplayCommand.DESCRIPTION)
final class ReplayCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Record again from a trace's header and prove the events equal.";

    /** Parts of a header in which a run of another release may differ. */
    private static final List<String> NOT_COMPARED = List.of("tool", "vocabulary", "format", "blocks");

    private static final int LONGEST = 160;

    @Parameters(paramLabel = "TRACE", description = "A journal's directory, or a portable trace (.jsonl, .jsonl.gz).")
    private Path trace;

    @Option(names = "--check", description = "Compare the run's events with the trace's, one by one. Required.")
    private boolean check;

    @Option(
            names = "--kernel",
            paramLabel = "FILE",
            description = "The kernel that was recorded, if it was not pagetrail's own.")
    private Path kernel;

    @Option(names = "--module", paramLabel = "FILE", description = "A module that was recorded; may be repeated.")
    private List<Path> modules = new ArrayList<>();

    @Option(names = "--program", paramLabel = "FILE", description = "The program that was recorded, if it was yours.")
    private Path program;

    @Option(names = "--accesses-from", paramLabel = "FILE", description = "The reference stream that was recorded.")
    private Path stream;

    @Mixin
    private IncompleteOption incomplete;

    @Mixin
    private ResultOptions result;

    @Spec
    private CommandSpec spec;

    /** What was found: at the most one of the differences. */
    private record Outcome(
            TraceHeader header,
            TraceCheck run,
            String headerDifference,
            Divergence divergence,
            boolean interrupted,
            TraceEnding ending) {
        boolean equal() {
            return headerDifference == null && divergence == null;
        }
    }

    @Override
    public Integer call() throws IOException {
        if (!check) {
            throw new ParameterException(spec.commandLine(), "say --check to run the recording again and compare");
        }
        Outcome outcome;
        try (TraceReader reader = incomplete.open(trace, "compared")) {
            outcome = compare(reader);
        }
        incomplete.sayDamage(spec.commandLine());
        result.write(out -> text(out, outcome), () -> json(outcome));
        return outcome.equal() ? ExitCodes.CLEAN : ExitCodes.FINDINGS;
    }

    private Outcome compare(TraceReader reader) throws IOException {
        TraceHeader header = reader.header();
        TraceCheck run = new TraceCheck(reader);
        try {
            Recording recording =
                    Recording.prepare(Rerun.inputs(header, kernel, modules, program, stream), Main.Version.release());
            String headerDifference =
                    headerDifference(header.toJson(), recording.header().toJson());
            if (headerDifference != null) {
                return new Outcome(header, run, headerDifference, null, false, reader.ending());
            }
            run(recording, run);
        } catch (RecordingException e) {
            throw new UsageException(e.getMessage(), e);
        }
        Divergence divergence = run.end();
        boolean interrupted = divergence != null && TraceCheck.interrupted(divergence);
        // Where a trace lacks the rest of its recording the run goes on alone, which is no difference.
        boolean alone = divergence != null && divergence.trace().isEmpty() && reader.ending() != TraceEnding.COMPLETE;
        return new Outcome(header, run, null, interrupted || alone ? null : divergence, interrupted, reader.ending());
    }

    private static void run(Recording recording, TraceCheck run) {
        try {
            recording.run(run);
        } catch (TraceCheck.Enough enough) {
            // What differs is known.
        }
    }

    /** The first value that differs, with both, or null. Trees are compared as text: one may hold a number as another type. */
    private static String headerDifference(ObjectNode ofTrace, ObjectNode ofRun) {
        for (Map.Entry<String, JsonNode> entry : ofTrace.properties()) {
            if (!NOT_COMPARED.contains(entry.getKey())) {
                String difference = difference(entry.getKey(), entry.getValue(), ofRun.path(entry.getKey()));
                if (difference != null) {
                    return difference;
                }
            }
        }
        return null;
    }

    private static String difference(String path, JsonNode ofTrace, JsonNode ofRun) {
        if (ofTrace.toString().equals(ofRun.toString())) {
            return null;
        }
        for (Map.Entry<String, JsonNode> entry : ofTrace.properties()) {
            JsonNode other = ofRun.get(entry.getKey());
            String difference = other == null ? null : difference(path + "." + entry.getKey(), entry.getValue(), other);
            if (difference != null) {
                return difference;
            }
        }
        return "the header's '" + path + "' is " + shortened(ofTrace) + ", the run's is " + shortened(ofRun);
    }

    private static String shortened(JsonNode value) {
        String text = value.isMissingNode() ? "not there" : value.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    // For people

    private void text(Output out, Outcome outcome) {
        if (outcome.headerDifference() != null) {
            out.line("Another run: " + outcome.headerDifference() + ".");
            return;
        }
        if (outcome.equal()) {
            out.line(String.format(
                    Locale.ROOT,
                    "The run's %,d events to tick %,d are those of %s%s.",
                    outcome.run().events(),
                    outcome.run().lastTick(),
                    trace,
                    outcome.interrupted() ? ", up to where its recording was interrupted" : ""));
            note(out, outcome);
            return;
        }
        Divergence divergence = outcome.divergence();
        out.line(String.format(
                Locale.ROOT,
                "Event %,d%s differs; the %,d before it are the same.",
                divergence.ordinal(),
                divergence.phase() == null ? "" : " in phase " + divergence.phase(),
                divergence.ordinal()));
        EventLines lines = new EventLines(mode(outcome), divergence);
        for (String field : differing(divergence)) {
            out.line(String.format(
                    Locale.ROOT,
                    "  %s: %s in the trace, %s in the run",
                    field,
                    lines.json(divergence.trace()).get(0).get(field).asText(),
                    lines.json(divergence.told()).get(0).get(field).asText()));
        }
        out.print("\n  before, on both sides\n");
        lines.print(out, divergence.before());
        out.print("\n  " + trace + "\n");
        lines.print(out, divergence.trace());
        out.print("\n  the run\n");
        lines.print(out, divergence.told());
        note(out, outcome);
    }

    private static void note(Output out, Outcome outcome) {
        String note = outcome.ending().note("The trace", outcome.run().events(), "compared and found equal");
        if (!note.isEmpty()) {
            out.line(note.replace("; ", ";\n"));
        }
    }

    private static PagingMode mode(Outcome outcome) {
        return PagingModes.named(outcome.header().mode());
    }

    /** The names of the fields that differ in the first events, where both are of one kind; else empty. */
    private static List<String> differing(Divergence divergence) {
        List<String> names = new ArrayList<>();
        if (divergence.trace().isEmpty() || divergence.told().isEmpty()) {
            return names;
        }
        TracedEvent trace = divergence.trace().get(0);
        TracedEvent told = divergence.told().get(0);
        if (trace.id() != told.id()) {
            return List.of("event");
        }
        if (trace.tick() != told.tick()) {
            names.add("tick");
        }
        List<EventField> fields = EventCatalog.get().byId(trace.id()).fields();
        for (int i = 0; i < fields.size(); i++) {
            if (!trace.fields().get(i).equals(told.fields().get(i))) {
                names.add(fields.get(i).name());
            }
        }
        if (trace.text() != null && !trace.text().equals(told.text())) {
            names.add("text");
        }
        return names;
    }

    // For programs

    private static JsonNode json(Outcome outcome) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("equal", outcome.equal());
        json.put("interrupted", outcome.interrupted());
        json.put("complete", outcome.ending() == TraceEnding.COMPLETE);
        json.put("ending", outcome.ending().word());
        json.put("events", outcome.run().events());
        json.put("lastTick", outcome.run().lastTick());
        json.put("header", outcome.headerDifference());
        Divergence divergence = outcome.divergence();
        if (divergence == null) {
            json.putNull("difference");
            return json;
        }
        ObjectNode difference = json.putObject("difference");
        difference.put("ordinal", divergence.ordinal());
        difference.put("phase", divergence.phase());
        ArrayNode fields = difference.putArray("fields");
        differing(divergence).forEach(fields::add);
        EventLines lines = new EventLines(mode(outcome), divergence);
        difference.set("before", lines.json(divergence.before()));
        difference.set("trace", lines.json(divergence.trace()));
        difference.set("run", lines.json(divergence.told()));
        return json;
    }
}

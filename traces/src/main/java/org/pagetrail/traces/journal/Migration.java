package org.pagetrail.traces.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;

/** The steps that lead from the format of one journal to the one that this release writes, one after the other; often none. */
final class Migration {
    /** All steps, by the version that they come from. */
    static final List<FormatStep> STEPS = List.of(new FormatOneToTwo(), new FormatTwoToThree());

    private final List<FormatStep> steps;
    private final TraceHeader header;
    private final int from;

    private Migration(List<FormatStep> steps, TraceHeader header, int from) {
        this.steps = steps;
        this.header = header;
        this.from = from;
    }

    /**
     * For the journal with this header.
     *
     * @param known the steps that there are
     * @throws org.pagetrail.traces.event.TraceException when the header is none, or of a format that no steps lead from
     */
    static Migration of(JsonNode header, List<FormatStep> known) {
        List<FormatStep> steps = new ArrayList<>();
        JsonNode json = header;
        List<FormatStep> inOrder = new ArrayList<>(known);
        inOrder.sort(Comparator.comparingInt(FormatStep::from));
        for (FormatStep step : inOrder) {
            if (json instanceof ObjectNode object && object.path("format").asInt() == step.from()) {
                json = step.header(object.deepCopy()).put("format", step.from() + 1);
                steps.add(step);
            }
        }
        TraceHeader migrated = TraceHeader.fromJson(json);
        return new Migration(
                steps,
                migrated,
                steps.isEmpty() ? migrated.format() : steps.get(0).from());
    }

    /** The header as this release knows it. */
    TraceHeader header() {
        return header;
    }

    /** The format that the journal is written in. */
    int from() {
        return from;
    }

    /** Takes the journal's events and tells those that this release knows to {@code out}. */
    TraceEvents events(TraceEvents out) {
        TraceEvents to = out;
        for (int i = steps.size() - 1; i >= 0; i--) {
            to = steps.get(i).events(to);
        }
        return to;
    }
}

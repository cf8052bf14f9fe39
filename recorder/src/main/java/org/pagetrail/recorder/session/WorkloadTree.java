package org.pagetrail.recorder.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.scenario.Scenario;
import org.pagetrail.recorder.scenario.ScenarioException;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.traces.event.TraceException;

/** A workload as it stands in a trace's header, both ways: the scenario whole, files by name, size and digest. */
final class WorkloadTree {
    private WorkloadTree() {}

    static ObjectNode write(Workload workload, StreamFile stream) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (stream == null) {
            node.put("scenario", workload.scenario().text());
        } else {
            node.putObject("stream")
                    .put("name", stream.name())
                    .put("size", stream.size())
                    .put("sha256", stream.sha256())
                    .put("rebase", workload.rebase())
                    .put("lenient", workload.lenient());
        }
        node.put("accesses", workload.accesses());
        if (!workload.defects().isEmpty()) {
            ArrayNode names = node.putArray("inject");
            workload.defects().forEach(defect -> names.add(defect.text()));
            node.put("injectAt", workload.defectAt());
        }
        return node;
    }

    /**
     * The workload that a header says.
     *
     * @param node null for a boot alone
     * @param name the header's name of the scenario
     */
    static Workload read(JsonNode node, String name, InputFile program, InputFile stream) {
        if (node == null || node.isMissingNode()) {
            try {
                return Workload.of(Scenarios.named(name));
            } catch (ScenarioException e) {
                throw new RecordingException(e.getMessage(), e);
            }
        }
        Set<Defect> defects = new TreeSet<>();
        for (JsonNode inject : node.path("inject")) {
            Defect defect = Defect.named(inject.asText());
            if (defect == null) {
                throw new TraceException("the trace's header names a defect that this release does not know: '"
                        + inject.asText() + "'; use the release that recorded it");
            }
            defects.add(defect);
        }
        try {
            return new Workload(
                    stream != null
                            ? Scenarios.named(Scenarios.BOOT)
                            : Scenario.parse(node.path("scenario").asText(), "the trace's scenario"),
                    program,
                    stream,
                    node.path("stream").path("rebase").asBoolean(),
                    node.path("stream").path("lenient").asBoolean(),
                    node.path("accesses").asBoolean(),
                    new TreeSet<>(defects),
                    node.path("injectAt").asLong(-1));
        } catch (ScenarioException e) {
            throw new TraceException(e.getMessage() + "; the trace's header is damaged", e);
        }
    }
}

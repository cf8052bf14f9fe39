package org.pagetrail.analyzer.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.analyzer.verify.Verdict;
import org.pagetrail.traces.event.TraceEnding;

/**
 * A verdict for programs.
 *
 * <pre>
 *  {"violations": [{"rule", "severity", "ordinal", "tick", "phase", "directory", "linear", "bytes", "region",
 *                   "expected", "found",
 *                   "cause": {"ordinal", "event"}, "missing", "count"}, …],
 *   "checked": ["ENT001", …], "events", "lastTick", "complete", "ending"}
 * </pre>
 *
 * <p>Addresses are texts {@code "0x%08x"}, a directory is the address of its frame; what there is none of is null. {@code ending} is {@code complete}, or what the trace is
 * instead: {@code truncated}, {@code open}, {@code incomplete}, {@code damaged}.
 */
public final class VerdictJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private VerdictJson() {}

    /** The tree. */
    public static ObjectNode of(Verdict verdict) {
        ObjectNode json = JSON.objectNode();
        ArrayNode violations = json.putArray("violations");
        verdict.violations().forEach(violation -> violations.add(of(violation)));
        ArrayNode checked = json.putArray("checked");
        verdict.checked().forEach(invariant -> checked.add(invariant.id()));
        json.put("events", verdict.events());
        json.put("lastTick", verdict.lastTick());
        json.put("complete", verdict.ending() == TraceEnding.COMPLETE);
        json.put("ending", verdict.ending().word());
        return json;
    }

    /** One violation. */
    public static ObjectNode of(Violation violation) {
        ObjectNode json = JSON.objectNode();
        json.put("rule", violation.invariant().id());
        json.put("severity", Wording.severity(violation.invariant().severity()));
        json.put("ordinal", violation.ordinal());
        json.put("tick", violation.tick());
        json.put("phase", violation.phase());
        json.put("directory", violation.directory() == Violation.NONE ? null : Wording.frame(violation.directory()));
        json.put("linear", violation.linear() == Violation.NONE ? null : Wording.hex(violation.linear()));
        json.put("bytes", violation.bytes());
        json.put("region", violation.region());
        json.put("expected", violation.expected());
        json.put("found", violation.found());
        if (violation.cause() == null) {
            json.putNull("cause");
        } else {
            json.putObject("cause")
                    .put("ordinal", violation.cause().ordinal())
                    .put("event", violation.cause().event());
        }
        json.put("missing", violation.missing());
        json.put("count", violation.count());
        return json;
    }

    /** The list of invariants. */
    public static ObjectNode list(List<Invariant> invariants) {
        ObjectNode json = JSON.objectNode();
        ArrayNode array = json.putArray("rules");
        for (Invariant invariant : invariants) {
            array.addObject()
                    .put("rule", invariant.id())
                    .put("severity", Wording.severity(invariant.severity()))
                    .put("holds", invariant.holds())
                    .put("reason", invariant.reason())
                    .put("when", invariant.when())
                    .put("source", invariant.source());
        }
        return json;
    }
}

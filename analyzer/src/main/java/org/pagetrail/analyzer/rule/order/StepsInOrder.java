package org.pagetrail.analyzer.rule.order;

import java.util.List;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.plan.Plan;

/** ORD001: the boot takes the plan's steps. */
public final class StepsInOrder extends Rule {
    private static final String EXPECTED = "the plan's steps once each, in its order";

    private List<String> steps;
    private int next;

    /** For one trace. */
    public StepsInOrder() {
        super(new Invariant(
                "ORD001",
                Severity.ERROR,
                "The plan's steps are taken once each, in its order.",
                "Each step relies on the one before: memory is handed out before it is locked, or mapped through tables that are not"
                        + " there.",
                "plan: steps",
                "to the end of the trace, unless the recording was interrupted"));
    }

    private List<String> steps() {
        if (steps == null) {
            steps = scene().plan().steps().stream().map(Plan.Step::id).toList();
        }
        return steps;
    }

    @Override
    protected void phaseBegan(String phase) {
        int at = steps().indexOf(phase);
        if (at < 0) {
            return;
        }
        if (at == next) {
            next++;
        } else if (at < next) {
            violated().report(EXPECTED, "step " + phase + " again, or after a later one");
        } else {
            String left = String.join(", ", steps().subList(next, at));
            violated().report(EXPECTED, "step " + phase + " before " + left);
            next = at + 1;
        }
    }

    @Override
    protected void traceEnded(TraceClosing closing) {
        if (next < steps().size() && scene().state().stopped() != StopReason.INTERRUPTED) {
            String left = String.join(", ", steps().subList(next, steps().size()));
            violated().because(null).report(EXPECTED, "the trace ends without " + left);
        }
    }
}

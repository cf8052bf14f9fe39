package org.pagetrail.analyzer.verify;

import java.util.List;
import java.util.Optional;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.TraceEnding;

/**
 * What was found when a trace was judged.
 *
 * @param checked the invariants that it was judged by, by id
 * @param violations by the ordinal at which they were first seen, then by id
 * @param events how many events the trace has
 * @param lastTick the tick of the last, in model cycles
 * @param ending how it ends; of one that is not complete it is not judged what is or is not at its end
 */
public record Verdict(
        List<Invariant> checked, List<Violation> violations, long events, long lastTick, TraceEnding ending) {
    /** Of a complete trace. */
    public Verdict(List<Invariant> checked, List<Violation> violations, long events, long lastTick) {
        this(checked, violations, events, lastTick, TraceEnding.COMPLETE);
    }

    /** With lists that do not change. */
    public Verdict {
        checked = List.copyOf(checked);
        violations = List.copyOf(violations);
    }

    /** The worst severity among the violations, or empty when there are none. */
    public Optional<Severity> worst() {
        return violations.stream()
                .map(violation -> violation.invariant().severity())
                .max(Severity::compareTo);
    }

    /** The violations of one invariant, in their order. */
    public List<Violation> of(Invariant invariant) {
        return violations.stream()
                .filter(violation -> violation.invariant().id().equals(invariant.id()))
                .toList();
    }
}

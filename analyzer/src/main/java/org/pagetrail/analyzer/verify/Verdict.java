package org.pagetrail.analyzer.verify;

import java.util.List;
import java.util.Optional;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;

/**
 * What was found when a whole trace was judged.
 *
 * @param checked the invariants that it was judged by, by id
 * @param violations by the ordinal at which they were first seen, then by id
 * @param events how many events the trace has
 * @param lastTick the tick of the last, in model cycles
 */
public record Verdict(List<Invariant> checked, List<Violation> violations, long events, long lastTick) {
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

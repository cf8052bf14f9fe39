package org.pagetrail.analyzer.diff;

import java.util.List;
import org.pagetrail.analyzer.rule.Violation;

/**
 * How the verdicts on the two recordings differ. Violations are the same when rule, phase and linear addresses agree, whenever they
 * were seen and whatever frames were involved.
 *
 * @param added those that only the new recording has
 * @param gone those that only the old recording has
 * @param recounted those that both have, but not as often
 * @param same how many are the same
 */
public record ViolationDifferences(List<Violation> added, List<Violation> gone, List<Recounted> recounted, int same) {
    /**
     * A violation that was seen more or less often.
     *
     * @param old in the old recording
     * @param now in the new recording
     */
    public record Recounted(Violation old, Violation now) {}

    /** With lists that do not change. */
    public ViolationDifferences {
        added = List.copyOf(added);
        gone = List.copyOf(gone);
        recounted = List.copyOf(recounted);
    }

    /** Whether there is nothing to tell. */
    public boolean none() {
        return added.isEmpty() && gone.isEmpty() && recounted.isEmpty();
    }
}

package org.pagetrail.analyzer.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;

class ViolationComparisonTest {
    static Violation violation(String rule, long linear, long ordinal, String found, long count) {
        Invariant invariant = new Invariant(rule, Severity.ERROR, "It holds.", "Else not.", "plan", "always");
        Violation.Cause cause = new Violation.Cause(ordinal - 1, "page-unmapped");
        return new Violation(
                invariant, ordinal, ordinal * 3, "S5", 0x400, linear, 0, null, "none", found, cause, null, count);
    }

    @Test
    void laterAndInOtherFramesIsTheSame() {
        List<Violation> old = List.of(violation("TLB001", 0x1000, 5, "frame 0x00400000", 1));
        List<Violation> now = List.of(violation("TLB001", 0x1000, 99, "frame 0x00500000", 1));
        ViolationDifferences differences = ViolationComparison.of(old, now);
        assertTrue(differences.none());
        assertEquals(1, differences.same());
    }

    @Test
    void anotherRuleOrAddressIsNewAndGone() {
        List<Violation> old = List.of(violation("TLB001", 0x1000, 5, "x", 1), violation("LAY010", 0, 6, "x", 1));
        List<Violation> now = List.of(violation("TLB001", 0x2000, 5, "x", 1), violation("LAY010", 0, 6, "x", 1));
        ViolationDifferences differences = ViolationComparison.of(old, now);
        assertEquals(now.subList(0, 1), differences.added());
        assertEquals(old.subList(0, 1), differences.gone());
        assertEquals(1, differences.same());
    }

    @Test
    void moreOftenIsTold() {
        List<Violation> old = List.of(violation("TLB001", 0x1000, 5, "x", 3));
        List<Violation> now = List.of(violation("TLB001", 0x1000, 5, "x", 5));
        assertEquals(1, ViolationComparison.of(old, now).recounted().size());
    }

    @Test
    void amongThoseOfOneMeaningTheEquallyWordedAreThePairs() {
        List<Violation> old = List.of(violation("FRM001", -1, 5, "a", 1), violation("FRM001", -1, 6, "b", 2));
        List<Violation> now = List.of(violation("FRM001", -1, 5, "b", 2), violation("FRM001", -1, 6, "c", 1));
        ViolationDifferences differences = ViolationComparison.of(old, now);
        assertTrue(differences.none(), differences.toString());
    }
}

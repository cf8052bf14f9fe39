package org.pagetrail.analyzer.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final long PAGE = 0x1000;

    private final Findings findings = new Findings();

    private static Violation violation(String rule, long ordinal, long linear, long bytes) {
        return violation(rule, ordinal, 1, linear, bytes, "region", "found");
    }

    private static Violation violation(
            String rule, long ordinal, long directory, long linear, long bytes, String region, String found) {
        Invariant invariant = new Invariant(rule, Severity.ERROR, "what", "why", "source", "when");
        Violation.Cause cause = new Violation.Cause(ordinal, "page-mapped");
        return new Violation(
                invariant, ordinal, 0, null, directory, linear, bytes, region, "expected", found, cause, null, 1);
    }

    private void add(Violation... violations) {
        List.of(violations).forEach(violation -> findings.add(violation, Violation.NONE));
    }

    /** What each is about and how often, as {@code rule@ordinal linear+bytes xcount}. */
    private List<String> all() {
        return findings.all().stream()
                .map(found -> found.invariant().id() + "@" + found.ordinal() + " " + Long.toHexString(found.linear())
                        + "+" + Long.toHexString(found.bytes()) + " x" + found.count())
                .toList();
    }

    @Test
    void theSameDefectIsCountedOnceAnEventAndKeepsWhereItWasFirstSeen() {
        add(
                violation("R1", 5, 0x1000, PAGE),
                violation("R1", 5, 0x1000, PAGE),
                violation("R1", 9, 0x1000, PAGE),
                violation("R1", 12, 0x1000, PAGE),
                violation("R1", 12, 0x1000, PAGE));
        assertEquals(List.of("R1@5 1000+1000 x3"), all());
    }

    @Test
    void anotherAddressTextOrRuleIsAnotherDefect() {
        add(
                violation("R1", 5, 0x1000, PAGE),
                violation("R1", 6, 0x8000, PAGE),
                violation("R2", 7, 0x1000, PAGE),
                violation("R1", 8, 1, 0x1000, PAGE, "region", "found otherwise"));
        assertEquals(
                List.of("R1@5 1000+1000 x1", "R1@6 8000+1000 x1", "R2@7 1000+1000 x1", "R1@8 1000+1000 x1"), all());
    }

    @Test
    void theSameDefectInAnotherAddressSpaceIsTheSame() {
        add(
                violation("R1", 5, 1, 0x1000, PAGE, "region", "found"),
                violation("R1", 6, 2, 0x1000, PAGE, "region", "found"));
        assertEquals(List.of("R1@5 1000+1000 x2"), all());
    }

    @Test
    void whereAnAddressMeansSomethingElseInEachAddressSpaceTheDefectIsAnotherInEach() {
        findings.add(violation("R1", 5, 1, 0x1000, PAGE, "region", "found"), 1);
        findings.add(violation("R1", 6, 2, 0x1000, PAGE, "region", "found"), 2);
        findings.add(violation("R1", 7, 2, 0x1000, PAGE, "region", "found"), 2);
        assertEquals(List.of("R1@5 1000+1000 x1", "R1@6 1000+1000 x2"), all());
    }

    @Test
    void neighboursSeenAtOneEventJoinAlsoWhenAnotherRuleComesBetween() {
        add(
                violation("R1", 5, 0x1000, PAGE),
                violation("R2", 5, 0x1000, PAGE),
                violation("R1", 5, 0x2000, PAGE),
                violation("R2", 5, 0x2000, PAGE),
                violation("R1", 5, 0x3000, 0x400000));
        assertEquals(List.of("R1@5 1000+402000 x1", "R2@5 1000+2000 x1"), all());
    }

    @Test
    void joinedNeighboursSeenAgainCountOnce() {
        for (long ordinal = 5; ordinal < 8; ordinal++) {
            add(
                    violation("R1", ordinal, 0x1000, PAGE),
                    violation("R1", ordinal, 0x2000, PAGE),
                    violation("R1", ordinal, 0x3000, PAGE));
        }
        assertEquals(List.of("R1@5 1000+3000 x3"), all());
    }

    @Test
    void whatIsApartDoesNotJoin() {
        add(
                violation("GAP", 5, 0x1000, PAGE),
                violation("GAP", 5, 0x3000, PAGE),
                violation("LATER", 5, 0x1000, PAGE),
                violation("LATER", 6, 0x2000, PAGE),
                violation("REGION", 5, 1, 0x1000, PAGE, "region", "found"),
                violation("REGION", 5, 1, 0x2000, PAGE, null, "found"),
                violation("SPACE", 5, 1, 0x1000, PAGE, "region", "found"),
                violation("SPACE", 5, 2, 0x2000, PAGE, "region", "found"),
                violation("TEXT", 5, 1, 0x1000, PAGE, "region", "found"),
                violation("TEXT", 5, 1, 0x2000, PAGE, "region", "other"),
                violation("POINT", 5, 0x1000, 0),
                violation("POINT", 5, 0x1000 + 1, 0));
        assertEquals(12, findings.all().size());
        assertEquals(List.of("GAP@5 1000+1000 x1", "GAP@5 3000+1000 x1"), all().subList(0, 2));
    }

    @Test
    void theOrderIsThatOfTheFirstEventThenOfTheRuleThenOfFinding() {
        add(
                violation("R2", 7, 0x1000, PAGE),
                violation("R1", 7, 0x9000, PAGE),
                violation("R1", 7, 0x5000, PAGE),
                violation("R3", 2, 0x1000, PAGE),
                violation("R3", 9, 0x1000, PAGE));
        assertEquals(
                List.of("R3@2 1000+1000 x2", "R1@7 9000+1000 x1", "R1@7 5000+1000 x1", "R2@7 1000+1000 x1"), all());
    }
}

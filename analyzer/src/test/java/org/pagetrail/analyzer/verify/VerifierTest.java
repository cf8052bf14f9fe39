package org.pagetrail.analyzer.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pagetrail.analyzer.doctored.Damages;
import org.pagetrail.analyzer.doctored.Damages.Damage;
import org.pagetrail.analyzer.doctored.Doctored;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Violation;

class VerifierTest {
    static Stream<Damage> damages() {
        return Damages.all().stream();
    }

    private static List<Violation> violations(Doctored trace) {
        return Verifier.verify(trace.reader(), invariant -> true).violations();
    }

    @ParameterizedTest
    @MethodSource("damages")
    void aDefectViolatesItsInvariantAndNoOtherAndWhatComesNearViolatesNone(Damage damage) {
        List<Violation> found = violations(damage.make());
        Set<String> rules = found.stream()
                .map(violation -> violation.invariant().id())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(damage.violates() ? Set.of(damage.rule()) : Set.of(), rules, () -> found.toString());
    }

    @Test
    void everyInvariantIsSeenToFireAndSeenNotTo() {
        Set<String> all = Verifier.invariants().stream().map(Invariant::id).collect(Collectors.toSet());
        for (boolean violates : new boolean[] {true, false}) {
            Set<String> seen = Damages.all().stream()
                    .filter(damage -> damage.violates() == violates)
                    .map(Damage::rule)
                    .collect(Collectors.toSet());
            assertEquals(all, seen);
        }
    }

    @Test
    void invariantsAreListedById() {
        List<String> ids = Verifier.invariants().stream().map(Invariant::id).toList();
        assertEquals(ids.stream().sorted().toList(), ids);
        assertTrue(ids.stream().allMatch(id -> id.matches("[A-Z]{3}[0-9]{3}")));
    }
}

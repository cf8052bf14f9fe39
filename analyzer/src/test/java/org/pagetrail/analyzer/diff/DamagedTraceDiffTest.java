package org.pagetrail.analyzer.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pagetrail.analyzer.doctored.Damages;
import org.pagetrail.analyzer.doctored.Damages.Damage;
import org.pagetrail.analyzer.doctored.Doctored;

/** Golden traces against the same with one change by hand: no change goes unseen, and a new violation is told as new. */
class DamagedTraceDiffTest {
    static Stream<Damage> damages() {
        return Damages.all().stream();
    }

    @ParameterizedTest
    @MethodSource("damages")
    void aDamagedTraceDiffersFromTheSoundOne(Damage damage) {
        Doctored damaged = damage.make();
        TraceDiff diff = Differ.diff(Doctored.golden("boot-unit")::reader, damaged::reader, header -> List.of());
        assertFalse(diff.none());
        Set<String> rules = diff.violations().added().stream()
                .map(violation -> violation.invariant().id())
                .collect(Collectors.toSet());
        assertEquals(damage.violates() ? Set.of(damage.rule()) : Set.of(), rules);
    }
}

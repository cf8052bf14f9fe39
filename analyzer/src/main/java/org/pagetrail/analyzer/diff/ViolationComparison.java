package org.pagetrail.analyzer.diff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.pagetrail.analyzer.diff.ViolationDifferences.Recounted;
import org.pagetrail.analyzer.rule.Violation;

/** Which violations of two verdicts are the same. */
final class ViolationComparison {
    private ViolationComparison() {}

    /** What a violation is, apart from when it was seen, how often, and in which frames. */
    private record Meaning(String rule, String phase, long linear, long bytes, String cause, String missing) {
        static Meaning of(Violation violation) {
            return new Meaning(
                    violation.invariant().id(),
                    violation.phase(),
                    violation.linear(),
                    violation.bytes(),
                    violation.cause() == null ? null : violation.cause().event(),
                    violation.missing());
        }
    }

    /** The same with what was expected and found in words, frames and all. */
    private record Wording(Meaning meaning, String expected, String found) {
        static Wording of(Violation violation) {
            return new Wording(Meaning.of(violation), violation.expected(), violation.found());
        }
    }

    static ViolationDifferences of(List<Violation> old, List<Violation> now) {
        Violation[] partner = new Violation[old.size()];
        List<Violation> left = match(old, now, partner, Wording::of);
        left = match(old, left, partner, Meaning::of);
        List<Violation> gone = new ArrayList<>();
        List<Recounted> recounted = new ArrayList<>();
        int same = 0;
        for (int i = 0; i < partner.length; i++) {
            if (partner[i] == null) {
                gone.add(old.get(i));
            } else if (partner[i].count() == old.get(i).count()) {
                same++;
            } else {
                recounted.add(new Recounted(old.get(i), partner[i]));
            }
        }
        return new ViolationDifferences(left, gone, recounted, same);
    }

    /** Gives those of {@code old} that have no partner one of {@code now} that is equal by a key; returns what is left. */
    private static <K> List<Violation> match(
            List<Violation> old, List<Violation> now, Violation[] partner, Function<Violation, K> key) {
        Map<K, Deque<Integer>> waiting = new HashMap<>();
        for (int i = 0; i < partner.length; i++) {
            if (partner[i] == null) {
                waiting.computeIfAbsent(key.apply(old.get(i)), same -> new ArrayDeque<>())
                        .add(i);
            }
        }
        List<Violation> left = new ArrayList<>();
        for (Violation violation : now) {
            Deque<Integer> places = waiting.get(key.apply(violation));
            Integer place = places == null ? null : places.poll();
            if (place == null) {
                left.add(violation);
            } else {
                partner[place] = violation;
            }
        }
        return left;
    }
}

package org.pagetrail.analyzer.diff;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Phases in a row at whose ends the maps differ in the same way, and how that follows from what was told before.
 *
 * @param phases their names
 * @param differences all that differs
 * @param fresh those that neither the phases before nor the end of the recording have
 * @param kept how many the phases before have too
 * @param gone how many the phases before have, and these not
 * @param alsoAtTheEnd how many more the end of the recording has too
 */
record PhaseMapGroup(
        List<String> phases,
        List<MapDifference> differences,
        List<MapDifference> fresh,
        int kept,
        int gone,
        int alsoAtTheEnd) {
    /** The groups of a comparison, in the order of the phases. */
    static List<PhaseMapGroup> of(TraceDiff diff) {
        List<PhaseMapGroup> groups = new ArrayList<>();
        List<MapDifference> before = List.of();
        int at = 0;
        List<PhaseMap> maps = diff.phaseMaps();
        while (at < maps.size()) {
            List<MapDifference> differences = maps.get(at).differences();
            List<String> phases = new ArrayList<>();
            while (at < maps.size() && maps.get(at).differences().equals(differences)) {
                phases.add(maps.get(at++).phase());
            }
            groups.add(group(phases, differences, before, diff.finalMap()));
            before = differences;
        }
        return groups;
    }

    private static PhaseMapGroup group(
            List<String> phases,
            List<MapDifference> differences,
            List<MapDifference> before,
            List<MapDifference> atTheEnd) {
        Set<MapDifference> known = new HashSet<>(before);
        Set<MapDifference> last = new HashSet<>(atTheEnd);
        List<MapDifference> fresh = new ArrayList<>();
        int kept = 0;
        int alsoLast = 0;
        for (MapDifference difference : differences) {
            if (known.remove(difference)) {
                kept++;
            } else if (last.contains(difference)) {
                alsoLast++;
            } else {
                fresh.add(difference);
            }
        }
        return new PhaseMapGroup(phases, differences, fresh, kept, known.size(), alsoLast);
    }

    /** Their names in a few words. */
    String title() {
        return phases.size() < 3 ? String.join(", ", phases) : phases.get(0) + " to " + phases.get(phases.size() - 1);
    }

    /** What is to be said before the fresh differences are listed. */
    String summary(TraceDiff diff) {
        if (differences.isEmpty()) {
            return "no differences";
        }
        if (differences.equals(diff.finalMap())) {
            return "as at the end of the recording";
        }
        List<String> parts = new ArrayList<>();
        if (kept > 0) {
            parts.add(DiffWords.count(kept) + " as before");
        }
        if (gone > 0) {
            parts.add(DiffWords.count(gone) + " of before gone");
        }
        if (alsoAtTheEnd > 0) {
            parts.add(DiffWords.count(alsoAtTheEnd) + " as at the end of the recording");
        }
        if (!fresh.isEmpty()) {
            parts.add(DiffWords.count(fresh.size()) + " only here or from here on");
        }
        return String.join(", ", parts);
    }
}

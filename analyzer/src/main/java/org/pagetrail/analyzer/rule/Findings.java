package org.pagetrail.analyzer.rule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The violations found so far; the same again is counted, a neighbour with the same defect joins. */
final class Findings {
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Key, Entry> known = new HashMap<>();
    private final Map<String, Entry> lastOfRule = new HashMap<>();

    /** What makes two violations the same. */
    private record Key(String rule, long space, long linear, String expected, String found) {}

    private static final class Entry {
        private final Violation first;
        private long bytes;
        private long count = 1;
        private long lastSeen;

        Entry(Violation first) {
            this.first = first;
            this.bytes = first.bytes();
            this.lastSeen = first.ordinal();
        }

        boolean continuedBy(Violation next) {
            return first.ordinal() == next.ordinal()
                    && first.invariant().id().equals(next.invariant().id())
                    && first.directory() == next.directory()
                    && bytes != 0
                    && next.bytes() != 0
                    && first.linear() + bytes == next.linear()
                    && Objects.equals(first.region(), next.region())
                    && first.expected().equals(next.expected())
                    && first.found().equals(next.found());
        }

        Violation violation() {
            return new Violation(
                    first.invariant(),
                    first.ordinal(),
                    first.tick(),
                    first.phase(),
                    first.directory(),
                    first.linear(),
                    bytes,
                    first.region(),
                    first.expected(),
                    first.found(),
                    first.cause(),
                    first.missing(),
                    count);
        }
    }

    /**
     * Takes one in.
     *
     * @param space the directory where an address means something else in each address space, else {@link Violation#NONE}
     */
    void add(Violation violation, long space) {
        Key key =
                new Key(violation.invariant().id(), space, violation.linear(), violation.expected(), violation.found());
        Entry entry = known.get(key);
        if (entry != null) {
            if (entry.lastSeen != violation.ordinal()) {
                entry.lastSeen = violation.ordinal();
                entry.count++;
            }
            return;
        }
        String rule = violation.invariant().id();
        entry = lastOfRule.get(rule);
        if (entry != null && entry.continuedBy(violation)) {
            entry.bytes += violation.bytes();
        } else {
            entry = new Entry(violation);
            entries.add(entry);
            lastOfRule.put(rule, entry);
        }
        known.put(key, entry);
    }

    /** How many violations and defects are kept in mind. */
    int size() {
        return entries.size() + known.size() + lastOfRule.size();
    }

    /** By the ordinal at which they were first seen, then by id; else as they were found. */
    List<Violation> all() {
        return entries.stream()
                .map(Entry::violation)
                .sorted(Comparator.comparingLong(Violation::ordinal)
                        .thenComparing(violation -> violation.invariant().id()))
                .toList();
    }
}

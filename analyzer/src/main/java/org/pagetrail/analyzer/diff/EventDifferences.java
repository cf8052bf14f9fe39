package org.pagetrail.analyzer.diff;

import java.util.List;

/**
 * How the events differ, aligned by phase and meaning; ticks, ordinals and symbol numbers never count.
 *
 * @param oldEvents how many events the old recording has
 * @param nowEvents how many events the new recording has
 * @param first the first difference, or null when there is none
 * @param kinds how many by phase and kind, in the order of the phases and of the events' numbers
 */
public record EventDifferences(long oldEvents, long nowEvents, Divergence first, List<KindDifference> kinds) {
    /** What became of an event. */
    public enum Mark {
        /** Both recordings have it. */
        SAME,

        /** Both have it, with different values. */
        CHANGED,

        /** Only the new recording has it. */
        ADDED,

        /** Only the old recording has it. */
        REMOVED
    }

    /**
     * Events of one kind in one phase.
     *
     * @param phase the phase
     * @param event the kind's name
     * @param added how many only the new recording has
     * @param removed how many only the old recording has
     * @param changed how many both have, with other values
     * @param fields the names of the fields that differ in those, in declared order
     */
    public record KindDifference(
            String phase, String event, long added, long removed, long changed, List<String> fields) {
        /** With a list that does not change. */
        public KindDifference {
            fields = List.copyOf(fields);
        }
    }

    /**
     * An event near the first difference.
     *
     * @param event what happened
     * @param mark what became of it
     */
    public record Neighbour(TracedEvent event, Mark mark) {}

    /**
     * The first difference and what is around it on both sides: up to three events before, those that differ, three after.
     *
     * @param phase the phase
     * @param mark what is different
     * @param fields the names of the fields that differ, when it is a change
     * @param old in the old recording
     * @param now in the new recording
     */
    public record Divergence(String phase, Mark mark, List<String> fields, List<Neighbour> old, List<Neighbour> now) {
        /** With lists that do not change. */
        public Divergence {
            fields = List.copyOf(fields);
            old = List.copyOf(old);
            now = List.copyOf(now);
        }
    }

    /** With a list that does not change. */
    public EventDifferences {
        kinds = List.copyOf(kinds);
    }

    /** How many events only the new recording has. */
    public long added() {
        return kinds.stream().mapToLong(KindDifference::added).sum();
    }

    /** How many events only the old recording has. */
    public long removed() {
        return kinds.stream().mapToLong(KindDifference::removed).sum();
    }

    /** How many events have other values. */
    public long changed() {
        return kinds.stream().mapToLong(KindDifference::changed).sum();
    }
}

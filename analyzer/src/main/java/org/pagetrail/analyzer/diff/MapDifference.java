package org.pagetrail.analyzer.diff;

import java.util.ArrayList;
import java.util.List;

/**
 * A range of linear addresses that is mapped on one side only, or differently.
 *
 * @param spaces the address spaces in which it is so, by name
 * @param first the first linear address
 * @param last the last linear address
 * @param region the name of the plan's region, or null outside of all
 * @param old how the old recording maps it, null when it does not
 * @param now how the new recording maps it, null when it does not
 */
public record MapDifference(List<String> spaces, long first, long last, String region, Mapping old, Mapping now) {
    /**
     * How a range is mapped.
     *
     * @param physical the first physical address
     * @param inOrder whether the frames follow each other; in the window, which shows tables wherever they lie, they may not
     * @param pageBytes the size of each page
     * @param rights effective, as {@link org.pagetrail.traces.event.Rights}
     * @param global whether the entries have G set
     * @param window whether the range is seen through a directory's reference to itself
     */
    public record Mapping(long physical, boolean inOrder, long pageBytes, int rights, boolean global, boolean window) {}

    /** What can differ between two mappings of one range. */
    public enum Change {
        /** The frames. */
        FRAMES("other frames"),

        /** The effective rights. */
        RIGHTS("other rights"),

        /** The page size. */
        PAGE_SIZE("another page size"),

        /** The G bit. */
        GLOBAL("global or not"),

        /** Whether it is seen through the window. */
        WINDOW("through the window or not");

        private final String text;

        Change(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    /** With a list that does not change. */
    public MapDifference {
        spaces = List.copyOf(spaces);
    }

    /** How many bytes. */
    public long bytes() {
        return last - first + 1;
    }

    /** Whether only the new recording maps it. */
    public boolean added() {
        return old == null;
    }

    /** Whether only the old recording maps it. */
    public boolean removed() {
        return now == null;
    }

    /** What differs where both map it; empty where one does not. */
    public List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        if (old != null && now != null) {
            add(changes, old.physical != now.physical || !old.inOrder || !now.inOrder, Change.FRAMES);
            add(changes, old.rights != now.rights, Change.RIGHTS);
            add(changes, old.pageBytes != now.pageBytes, Change.PAGE_SIZE);
            add(changes, old.global != now.global, Change.GLOBAL);
            add(changes, old.window != now.window, Change.WINDOW);
        }
        return changes;
    }

    private static void add(List<Change> changes, boolean differs, Change change) {
        if (differs) {
            changes.add(change);
        }
    }

    MapDifference in(List<String> others) {
        return new MapDifference(others, first, last, region, old, now);
    }
}

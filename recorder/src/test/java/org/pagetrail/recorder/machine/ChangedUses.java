package org.pagetrail.recorder.machine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pagetrail.traces.event.AccessKind;

/**
 * Which uses of changed entries were told, and since when the walk of each page is as it is: a use is told once for its kind and
 * privilege, and again when a word of the walk, or a control bit that decides on rights, has changed since.
 */
final class ChangedUses {
    private final List<Integer> pages;
    private final Map<Integer, Long> paths = new HashMap<>();
    private final Map<Integer, Integer> since = new HashMap<>();
    private final Map<String, Integer> told = new HashMap<>();

    /** Of these pages. */
    ChangedUses(List<Integer> pages) {
        this.pages = pages;
    }

    /** Looks at the walks as they are before a step. */
    void look(PlainTranslation plain, Registers registers, int step) {
        for (int page : pages) {
            long path = plain.path(registers, page << 12);
            if (!Long.valueOf(path).equals(paths.put(page, path))) {
                since.put(page, step);
            }
        }
    }

    /** Control bits changed. */
    void controlChanged(int step) {
        pages.forEach(page -> since.put(page, step));
    }

    /**
     * The use of a changed entry was told.
     *
     * @param wholeLargePage whether it is the same use for every page of the 4 MB page
     */
    void tell(Registers registers, AccessKind kind, int page, boolean wholeLargePage, int step) {
        told.put(key(registers, kind, wholeLargePage ? "4M" + (page >>> 10) : "4K" + page), step);
    }

    /** Whether such a use was told since the walk is as it is. */
    boolean isTold(Registers registers, AccessKind kind, int page) {
        int small = told.getOrDefault(key(registers, kind, "4K" + page), -1);
        int large = told.getOrDefault(key(registers, kind, "4M" + (page >>> 10)), -1);
        return Math.max(small, large) >= since.get(page);
    }

    private static String key(Registers registers, AccessKind kind, String where) {
        String privilege = registers.cpl == 3 ? "user" : kind == AccessKind.FETCH ? "" : "ac " + registers.ac;
        return kind + privilege + where;
    }
}

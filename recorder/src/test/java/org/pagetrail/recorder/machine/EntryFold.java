package org.pagetrail.recorder.machine;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventId;

/**
 * What a reader of the events knows of the paging structures: roots, live frames and their words, worked out from the events and
 * nothing else, anew after each.
 */
final class EntryFold {
    private static final int TABLE = 0;
    private static final int SLOT = 1;
    private static final int WAS = 2;
    private static final int NOW = 3;
    private static final int LINEAR = 4;
    private static final int LEVEL = 5;
    private static final int DIRECTORY = 6;

    private final Map<Long, Long> words = new HashMap<>();
    private final SortedSet<Long> declared = new TreeSet<>();
    private long cr0;
    private long cr3;
    private long cr4;

    void apply(EventLog.Told event) {
        switch (event.id()) {
            case EventId.CONTROL_REGISTER_WRITTEN -> control((int) event.field(0), event.field(2));
            case EventId.ADDRESS_SPACE_CREATED -> declared.add(event.field(0));
            case EventId.ADDRESS_SPACE_RETIRED -> declared.remove(event.field(0));
            default -> {
                if (event.id() >= EventId.PAGE_MAPPED && event.id() <= EventId.ENTRY_MARKED) {
                    entry(event);
                }
            }
        }
        SortedSet<Long> live = live();
        words.keySet().removeIf(at -> !live.contains(at >>> 10));
    }

    private void control(int register, long now) {
        if (register == ControlRegister.CR0.ordinal()) {
            cr0 = now;
        } else if (register == ControlRegister.CR3.ordinal()) {
            cr3 = now;
        } else {
            cr4 = now;
        }
    }

    private void entry(EventLog.Told event) {
        long table = event.field(TABLE);
        int slot = (int) event.field(SLOT);
        check(live().contains(table), "not a live frame", event);
        check(word(table, slot) == event.field(WAS), "was otherwise: " + word(table, slot), event);
        check(event.field(NOW) == 0 || (event.field(NOW) & 1) != 0, "an absent entry is 0", event);
        boolean isRoot = roots().contains(table);
        check(event.field(LEVEL) == (isRoot ? 2 : 1), "level", event);
        long directory = event.field(DIRECTORY);
        if (isRoot) {
            check(directory == table, "directory", event);
            check(event.field(LINEAR) == (long) slot << 22, "linear", event);
        } else {
            check(directory == directoryOf(table), "directory is " + directoryOf(table), event);
            int directorySlot = (int) (event.field(LINEAR) >>> 22);
            check(refers(directory, directorySlot, table), "linear", event);
            check((event.field(LINEAR) & 0x3f_ffff) == (long) slot << 12, "linear", event);
        }
        words.put(table << 10 | slot, event.field(NOW));
    }

    private static void check(boolean holds, String what, EventLog.Told event) {
        if (!holds) {
            throw new AssertionError(what + ": " + event);
        }
    }

    /** CR3's directory if that reaches the table, else the lowest that does. */
    private long directoryOf(long table) {
        if (paging() && reaches(cr3 >>> 12, table)) {
            return cr3 >>> 12;
        }
        return roots().stream().filter(root -> reaches(root, table)).findFirst().orElse(-1L);
    }

    private boolean reaches(long directory, long table) {
        for (int slot = 0; slot < 1024; slot++) {
            if (refers(directory, slot, table)) {
                return true;
            }
        }
        return false;
    }

    private boolean refers(long directory, int slot, long table) {
        long word = word(directory, slot);
        return directory != table && isTable(word) && word >>> 12 == table;
    }

    private boolean isTable(long word) {
        return (word & 1) != 0 && !((word & 0x80) != 0 && (cr4 & 0x10) != 0);
    }

    private boolean paging() {
        return cr0 >>> 31 != 0;
    }

    private SortedSet<Long> roots() {
        SortedSet<Long> roots = new TreeSet<>(declared);
        if (paging()) {
            roots.add(cr3 >>> 12);
        }
        return roots;
    }

    /** The live frames: the roots and what their words refer to. */
    SortedSet<Long> live() {
        SortedSet<Long> roots = roots();
        SortedSet<Long> live = new TreeSet<>(roots);
        words.forEach((at, word) -> {
            if (roots.contains(at >>> 10) && isTable(word)) {
                live.add(word >>> 12);
            }
        });
        return live;
    }

    /** The word that the events gave, 0 when absent. */
    long word(long frame, int slot) {
        return words.getOrDefault(frame << 10 | slot, 0L);
    }
}

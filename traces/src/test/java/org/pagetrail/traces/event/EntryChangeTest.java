package org.pagetrail.traces.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.ia32.Ia32Paging;

/**
 * Every pair of entries against a second reading of the manual: bits are literals here (SDM volume 3A, tables 4-4 to 4-6), and the
 * names come from a table.
 */
class EntryChangeTest {
    private static final long PSE = 0x10;
    private static final long OTHER_EXTENSIONS = 0x003000a0;

    /** Rows and columns: absent, table, leaf. Same kind is decided further. */
    private static final String[][] NAMES = {
        {"none", "table-linked", "page-mapped"},
        {"table-unlinked", "table", "page-merged"},
        {"page-unmapped", "page-split", "page"},
    };

    private static final int[] FRAMES = {0x0040_0000, 0x0080_0000, 0x0000_0000, 0xffc0_0000};

    /** Nothing, each single bit below the 4 MB frame, and mixtures. */
    private static final int[] BITS = {
        0, 0x002, 0x004, 0x008, 0x010, 0x020, 0x040, 0x060, 0x100, 0x200, 0x400, 0x800, 0x1000, 0x2000, 0x4000,
        0x10_0000, 0x20_0000, 0x022, 0x166, 0x3f_ff7e
    };

    private static List<Long> entries() {
        List<Long> entries = new ArrayList<>();
        for (int frame : FRAMES) {
            for (int bits : BITS) {
                for (int low : new int[] {0x00, 0x01, 0x80, 0x81}) {
                    entries.add(Integer.toUnsignedLong(frame | bits | low));
                }
            }
        }
        return entries;
    }

    private static int kind(long entry, int level, boolean pse) {
        if (entry % 2 == 0) {
            return 0;
        }
        return level == 1 || pse && (entry & 0x80) != 0 ? 2 : 1;
    }

    /** The physical address that an entry of a kind holds. */
    private static long address(long entry, int level, int kind) {
        if (kind == 2 && level == 2) {
            return entry / 0x40_0000 * 0x40_0000 + (entry / 0x2000 % 0x100) * 0x1_0000_0000L;
        }
        return entry / 0x1000 * 0x1000;
    }

    private static String expected(long was, long now, int level, boolean pse) {
        int before = kind(was, level, pse);
        int after = kind(now, level, pse);
        String name = NAMES[before][after];
        if (before != after || before == 0) {
            return name;
        }
        if (address(was, level, before) != address(now, level, after)) {
            return name.equals("page") ? "page-remapped" : "table-relinked";
        }
        long differing = was ^ now;
        if (differing == 0) {
            return "none";
        }
        return differing == 0x20 || differing == 0x40 || differing == 0x60 ? "entry-marked" : name + "-protected";
    }

    @Test
    void everyPairOfEntriesHasTheNameOfTheTable() {
        Set<EntryChange> seen = EnumSet.noneOf(EntryChange.class);
        List<Long> entries = entries();
        for (int level = 1; level <= 2; level++) {
            for (long cr4 : new long[] {0, PSE, OTHER_EXTENSIONS, OTHER_EXTENSIONS | PSE}) {
                for (long was : entries) {
                    for (long now : entries) {
                        EntryChange change = EntryChange.of(Ia32Paging.MODE, level, cr4, was, now);
                        String name = change.name().toLowerCase(Locale.ROOT).replace('_', '-');
                        if (!name.equals(expected(was, now, level, (cr4 & PSE) != 0))) {
                            assertEquals(
                                    expected(was, now, level, (cr4 & PSE) != 0),
                                    name,
                                    "level " + level + " cr4 " + Long.toHexString(cr4) + " was " + Long.toHexString(was)
                                            + " now " + Long.toHexString(now));
                        }
                        seen.add(change);
                    }
                }
            }
        }
        assertEquals(EnumSet.allOf(EntryChange.class), seen);
    }

    @Test
    void aChangeIsToldAsTheEventOfItsNameWithEverythingItWasGiven() {
        for (EntryChange change : EntryChange.values()) {
            ToldEvents told = new ToldEvents();
            change.tell(told, 99, 0x123, 7, 0x1000, 0x2001, 0xc000_0000L, 2, 0x456, EntryCause.BECAME_LIVE);
            if (change == EntryChange.NONE) {
                assertEquals(0, change.id());
                assertEquals(List.of(), told.events());
                continue;
            }
            EventType type = EventCatalog.get().byId(change.id());
            assertEquals(change.name().toLowerCase(Locale.ROOT).replace('_', '-'), type.name());
            List<Long> fields = List.of(0x123L, 7L, 0x1000L, 0x2001L, 0xc000_0000L, 2L, 0x456L, 2L);
            assertEquals(List.of(new ToldEvents.Told(change.id(), 99, fields, null)), told.events());
        }
    }
}

package org.pagetrail.recorder.machine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The translations that a processor may hold at a moment of a program: each was made by an access, and nothing since had to drop
 * it. Whether it still holds them, and where, is left open.
 *
 * <p>SDM volume 3A, 4.10.2 to 4.10.4.
 */
final class MayHold {
    private final Set<Entry> entries = new LinkedHashSet<>();
    private final Set<DirectoryEntry> directoryEntries = new LinkedHashSet<>();

    /**
     * A TLB entry: the AND of the rights of both levels, and D and G of the leaf.
     *
     * @param page its page, or the first of its 4 MB page
     * @param frame the frame of that
     */
    record Entry(boolean large, int page, int frame, boolean writable, boolean user, boolean dirty, boolean global) {
        /** What a walk leaves; {@code pte} is 0 for a 4 MB page. */
        static Entry of(int page, int pde, int pte, boolean globalPages) {
            boolean large = pte == 0;
            int leaf = large ? pde : pte;
            int rights = large ? pde : pde & pte;
            int frame = large ? (pde >>> 13 & 0xff) << 20 | pde >>> 22 << 10 : pte >>> 12;
            return new Entry(
                    large,
                    large ? page & ~1023 : page,
                    frame,
                    (rights & 2) != 0,
                    (rights & 4) != 0,
                    (leaf & 1 << 6) != 0,
                    globalPages && (leaf & 1 << 8) != 0);
        }

        boolean covers(int other) {
            return large ? other >>> 10 == page >>> 10 : other == page;
        }

        int frameOf(int other) {
            return frame + (other - page);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s page %05x frame %x %s%s%s%s",
                    large ? "4M" : "4K",
                    page,
                    frame,
                    writable ? "w" : "-",
                    user ? "u" : "-",
                    dirty ? "d" : "-",
                    global ? "g" : "-");
        }
    }

    /** A directory entry that refers to a table, as a walk for its slot found it; A and D do not count. */
    record DirectoryEntry(int slot, int pde) {
        DirectoryEntry {
            pde &= ~(1 << 5 | 1 << 6);
        }
    }

    void add(Entry entry) {
        entries.add(entry);
    }

    void add(DirectoryEntry entry) {
        directoryEntries.add(entry);
    }

    boolean has(Entry entry) {
        return entries.contains(entry);
    }

    boolean has(DirectoryEntry entry) {
        return directoryEntries.contains(entry);
    }

    List<Entry> forPage(int page) {
        return entries.stream().filter(entry -> entry.covers(page)).toList();
    }

    List<DirectoryEntry> forSlot(int slot) {
        return directoryEntries.stream().filter(entry -> entry.slot() == slot).toList();
    }

    /** INVLPG: the page, whatever its size and though it be global, and every directory entry. */
    void invalidate(int page) {
        entries.removeIf(entry -> entry.covers(page));
        directoryEntries.clear();
    }

    /** A page fault: the page, and the directory entries that a walk for it would use. */
    void faulted(int page) {
        entries.removeIf(entry -> entry.covers(page));
        directoryEntries.removeIf(entry -> entry.slot() == page >>> 10);
    }

    /** MOV to CR3 with CR4.PGE: all but global ones; G never counts for a directory entry. */
    void flushNotGlobal() {
        entries.removeIf(entry -> !entry.global());
        directoryEntries.clear();
    }

    /** A flush of everything. */
    void flush() {
        entries.clear();
        directoryEntries.clear();
    }
}

package org.pagetrail.recorder.machine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.TlbGeometry;

/**
 * The contents of the translation caches as the events tell them and nothing else: what fills put in, less what they replace and
 * what invalidations and flushes drop. Counts in the events have to agree.
 */
final class ToldTlbs {
    private final MachineProfile profile;
    private final Map<Tlb, Cell[]> arrays = new EnumMap<>(Tlb.class);
    private boolean globalPages;
    private Cell lastUsed;
    private final IdentityHashMap<EventLog.Told, Cell> usedBy = new IdentityHashMap<>();

    /** One way of one set: a translation, or in the cache of directory entries a directory entry. */
    static final class Cell {
        final Tlb tlb;

        /** The page, or the number of the 4 MB page when {@link #whole}, or the directory slot. */
        final int key;

        final boolean whole;
        final MayHold.Entry entry;
        final int pde;

        /** Whether a use of it was told as that of a changed entry. */
        boolean usedChanged;

        private Cell(Tlb tlb, int key, boolean whole, MayHold.Entry entry, int pde) {
            this.tlb = tlb;
            this.key = key;
            this.whole = whole;
            this.entry = entry;
            this.pde = pde;
        }

        @Override
        public String toString() {
            return tlb + " " + (entry == null ? "slot " + key + " pde " + Integer.toHexString(pde) : entry.toString());
        }
    }

    /** The events and the caches, or the events among themselves, do not agree. */
    static final class Disagreement extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Disagreement(String what) {
            super(what);
        }
    }

    ToldTlbs(MachineProfile profile) {
        this.profile = profile;
        array(profile.unified() ? Tlb.UNIFIED : Tlb.DATA_4K, profile.data4K());
        array(Tlb.DATA_4M, profile.data4M());
        array(Tlb.INSTRUCTION_4K, profile.instruction4K());
        array(Tlb.INSTRUCTION_4M, profile.instruction4M());
        array(Tlb.SECOND_LEVEL, profile.secondLevel());
        array(Tlb.WALK_CACHE, profile.walkCache());
    }

    private void array(Tlb tlb, TlbGeometry geometry) {
        if (geometry != null) {
            arrays.put(tlb, new Cell[geometry.entries()]);
        }
    }

    private TlbGeometry geometry(Tlb tlb) {
        return switch (tlb) {
            case UNIFIED, DATA_4K -> profile.data4K();
            case DATA_4M -> profile.data4M();
            case INSTRUCTION_4K -> profile.instruction4K();
            case INSTRUCTION_4M -> profile.instruction4M();
            case SECOND_LEVEL -> profile.secondLevel();
            case WALK_CACHE -> profile.walkCache();
        };
    }

    /** The first-level translation that serves, or null. */
    Cell firstLevel(int page, boolean fetch) {
        Tlb small = profile.unified() ? Tlb.UNIFIED : fetch ? Tlb.INSTRUCTION_4K : Tlb.DATA_4K;
        Tlb large = fetch && !profile.unified() ? Tlb.INSTRUCTION_4M : Tlb.DATA_4M;
        return either(find(small, page, false), find(large, page >>> 10, true));
    }

    /** The translation of the second level that would serve if no first-level one did, or null. */
    Cell secondLevel(int page) {
        return either(find(Tlb.SECOND_LEVEL, page, false), find(Tlb.SECOND_LEVEL, page >>> 10, true));
    }

    /** The cached directory entry of a slot, or null. */
    Cell directoryEntry(int slot) {
        return find(Tlb.WALK_CACHE, slot, false);
    }

    private Cell either(Cell small, Cell large) {
        return large == null || small != null && !profile.largePageServesFirst() ? small : large;
    }

    private Cell find(Tlb tlb, int key, boolean whole) {
        List<Cell> found = new ArrayList<>();
        for (Cell cell : arrays.getOrDefault(tlb, new Cell[0])) {
            if (cell != null && cell.key == key && cell.whole == whole) {
                found.add(cell);
            }
        }
        check(found.size() < 2, "the events leave two translations: %s", found);
        return found.isEmpty() ? null : found.get(0);
    }

    /** The translation that was last told to be used after a change. */
    Cell lastUsed() {
        return lastUsed;
    }

    /** Whether what was told to be used after a change is a translation of a whole 4 MB page. */
    boolean wholeLarge(EventLog.Told event) {
        return usedBy.get(event).whole;
    }

    void apply(EventLog.Told event) {
        switch (event.id()) {
            case EventId.CONTROL_REGISTER_WRITTEN -> {
                if (event.field(0) == ControlRegister.CR4.ordinal()) {
                    globalPages = (event.field(2) & 1 << 7) != 0;
                }
            }
            case EventId.TLB_FILLED -> filled(event);
            case EventId.WALK_CACHE_FILLED -> {
                int slot = (int) (event.field(2) >>> 22);
                Cell cell = new Cell(Tlb.WALK_CACHE, slot, false, null, (int) event.field(3));
                put(cell, (int) event.field(0), (int) event.field(1), event);
            }
            case EventId.TLB_INVALIDATED -> invalidated(event);
            case EventId.TLB_FLUSHED -> {
                boolean keepsGlobal = event.field(0) == FlushCause.CR3_WRITE.ordinal() && globalPages;
                dropped(event, 1, cell -> !(keepsGlobal && cell.entry.global()), cell -> true);
            }
            case EventId.CHANGED_ENTRY_USED -> {
                Tlb tlb = Tlb.values()[(int) event.field(0)];
                Cell used = arrays.get(tlb)[place(tlb, (int) event.field(1), (int) event.field(2), event)];
                check(used != null, "nothing is there to be used: %s", event);
                used.usedChanged = true;
                lastUsed = used;
                usedBy.put(event, used);
            }
            default -> {}
        }
    }

    private void filled(EventLog.Told event) {
        Tlb tlb = Tlb.values()[(int) event.field(0)];
        int secondWay = (int) event.field(3);
        int page = (int) event.field(4);
        int pde = (int) event.field(5);
        int pte = (int) event.field(6);
        MayHold.Entry entry = MayHold.Entry.of(page, pde, pte, globalPages);
        int rights = 9 | (entry.writable() ? 2 : 0) | (entry.user() ? 4 : 0);
        check(event.field(7) == rights, "the rights are not those of the entries: %s", event);
        check(event.field(8) == (entry.dirty() ? 1 : 0), "D is not that of the entry: %s", event);
        check(event.field(9) == (entry.global() ? 1 : 0), "G is not that of the entry: %s", event);

        boolean whole = entry.large() && (tlb == Tlb.INSTRUCTION_4M || tlb == Tlb.DATA_4M);
        int set = (int) event.field(1);
        put(new Cell(tlb, whole ? page >>> 10 : page, whole, entry, pde), set, (int) event.field(2), event);

        int key = entry.large() ? page >>> 10 : page;
        boolean held = profile.secondLevel() != null && (!entry.large() || profile.secondLevelHolds4M());
        check(held == (secondWay >= 0), "the second level: %s", event);
        if (!held) {
            return;
        }
        int secondSet = key % profile.secondLevel().sets();
        if (event.field(10) == FillCause.SECOND_LEVEL.ordinal()) {
            Cell from = arrays.get(Tlb.SECOND_LEVEL)[place(Tlb.SECOND_LEVEL, secondSet, secondWay, event)];
            check(from != null && from.entry.equals(entry), "the second level has %s, not %s", from, event);
        } else {
            put(new Cell(Tlb.SECOND_LEVEL, key, entry.large(), entry, pde), secondSet, secondWay, event);
        }
    }

    private void put(Cell cell, int set, int way, EventLog.Told event) {
        check(set == cell.key % geometry(cell.tlb).sets(), "another set: %s", event);
        arrays.get(cell.tlb)[place(cell.tlb, set, way, event)] = cell;
    }

    private int place(Tlb tlb, int set, int way, EventLog.Told event) {
        TlbGeometry geometry = geometry(tlb);
        check(
                geometry != null && set >= 0 && set < geometry.sets() && way >= 0 && way < geometry.ways(),
                "no such place: %s",
                event);
        return set * geometry.ways() + way;
    }

    private void invalidated(EventLog.Told event) {
        boolean all = event.field(0) == FlushCause.INVLPG.ordinal();
        int page = (int) (event.field(1) >>> 12);
        dropped(event, 2, cell -> cell.entry.covers(page), cell -> all || cell.key == page >>> 10);
    }

    /** Drops and compares with the event's counts: of what was dropped, what was kept, and directory entries dropped. */
    private void dropped(EventLog.Told event, int counts, Predicate<Cell> entries, Predicate<Cell> directoryEntries) {
        int dropped = 0;
        int kept = 0;
        int slots = 0;
        for (Map.Entry<Tlb, Cell[]> array : arrays.entrySet()) {
            Cell[] cells = array.getValue();
            boolean slot = array.getKey() == Tlb.WALK_CACHE;
            for (int i = 0; i < cells.length; i++) {
                if (cells[i] == null) {
                    continue;
                }
                boolean drops = (slot ? directoryEntries : entries).test(cells[i]);
                cells[i] = drops ? null : cells[i];
                slots += slot && drops ? 1 : 0;
                dropped += !slot && drops ? 1 : 0;
                kept += !slot && !drops ? 1 : 0;
            }
        }
        check(
                event.field(counts) == dropped && event.field(counts + 1) == kept && event.field(counts + 2) == slots,
                "by the events before it %d dropped, %d kept, %d directory entries dropped: %s",
                dropped,
                kept,
                slots,
                event);
    }

    /** Compares all that the events leave with what the machine has. */
    void compare(Machine machine) {
        for (Map.Entry<Tlb, Cell[]> array : arrays.entrySet()) {
            CacheView view = machine.cache(array.getKey());
            boolean slots = array.getKey() == Tlb.WALK_CACHE;
            Cell[] cells = array.getValue();
            for (int i = 0; i < cells.length; i++) {
                int set = i / view.ways();
                int way = i % view.ways();
                Cell cell = cells[i];
                check(
                        cell == null
                                ? !view.valid(set, way)
                                : view.valid(set, way) && same(cell, view, set, way, slots),
                        "%s set %d way %d is not as told: %s",
                        array.getKey(),
                        set,
                        way,
                        cell);
            }
        }
    }

    private static boolean same(Cell cell, CacheView view, int set, int way, boolean slot) {
        int page = cell.whole ? cell.key << 10 : cell.key;
        if (view.page(set, way) != page || view.pde(set, way) != cell.pde) {
            return false;
        }
        return slot
                || view.large(set, way) == cell.entry.large()
                        && view.frame(set, way) == cell.entry.frameOf(page)
                        && view.writable(set, way) == cell.entry.writable()
                        && view.user(set, way) == cell.entry.user()
                        && view.dirty(set, way) == cell.entry.dirty()
                        && view.global(set, way) == cell.entry.global();
    }

    private static void check(boolean holds, String what, Object... arguments) {
        if (!holds) {
            throw new Disagreement(String.format(Locale.ROOT, what, arguments));
        }
    }
}

package org.pagetrail.analyzer.rule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * Translations that a processor may still hold though the entry they came from was removed, replaced or tightened, and no flush
 * has covered them yet (SDM volume 3A, 4.10.4.2).
 *
 * <p>What a changed word may have left behind is kept until a flush covers it; whether it says otherwise than a walk is decided
 * when it is asked for. So an entry that is given back is pending no more, and is again when it is taken away once more.
 *
 * <p>A processor can hold a translation only of an entry with A set, and only when the loaded directory reaches it, or when it is
 * global: what other directories held without G was dropped when they were replaced. An unlinked table leaves the translations of
 * each page under it behind, and itself in the cache of directory entries; and, where the directory shows itself in a window, the
 * translation of its page there.
 */
public final class Invalidations {
    /** A walk of the loaded directory. */
    interface Walk {
        Mapping mapping(long directory, long linear);
    }

    /** A translation as a processor may hold it. */
    private record Held(long frame, int rights, boolean global) {}

    /** What one change left behind. */
    public static final class Pending {
        private Violation.Cause cause;

        /** Whether the change made no difference, so that a later one is to blame. */
        private boolean harmless;

        private final long directory;
        private final long table;
        private final int slot;
        private final long was;
        private final long linear;
        private final long bytes;
        private final long firstFrame;
        private final long frames;
        private final boolean window;

        /** Pages that a translation may be held of; for a large page only its first. */
        private final TreeMap<Long, Held> pages = new TreeMap<>();

        private final boolean large;
        private boolean directoryEntry;

        private Pending(
                Violation.Cause cause,
                long directory,
                long table,
                int slot,
                long was,
                long linear,
                long bytes,
                long firstFrame,
                long frames,
                boolean window,
                boolean large) {
            this.cause = cause;
            this.directory = directory;
            this.table = table;
            this.slot = slot;
            this.was = was;
            this.linear = linear;
            this.bytes = bytes;
            this.firstFrame = firstFrame;
            this.frames = frames;
            this.window = window;
            this.large = large;
        }

        /** The change that made it stale. */
        public Violation.Cause cause() {
            return cause;
        }

        /** The frame of a directory that has the entry. */
        public long directory() {
            return directory;
        }

        /** The first linear address whose translation it was. */
        public long linear() {
            return linear;
        }

        /** How many bytes from there. */
        public long bytes() {
            return bytes;
        }

        /** The entry before the change. */
        public long was() {
            return was;
        }

        /** The structure that holds the entry. */
        public long table() {
            return table;
        }

        /** Which of its words it is. */
        public int slot() {
            return slot;
        }

        /** Whether it is of a page of the window in which a directory shows itself. */
        public boolean window() {
            return window;
        }

        /** What would have made it good, for people. */
        public String missing(int pageShift) {
            if (pages.size() > 1) {
                return String.format(
                        Locale.ROOT,
                        "INVLPG of each of the %d pages under it that were used, from 0x%08x, or a flush",
                        pages.size(),
                        pages.firstKey() << pageShift);
            }
            long at = pages.isEmpty() ? linear : pages.firstKey() << pageShift;
            return String.format(Locale.ROOT, "INVLPG of 0x%08x, or a flush that covers it", at);
        }

        private boolean done() {
            return pages.isEmpty() && !directoryEntry;
        }
    }

    private final MachineState state;
    private final PagingMode mode;
    private final Structures structures;
    private final Walk walk;
    private final Set<Pending> all = new LinkedHashSet<>();
    private final Map<Long, List<Pending>> byPage = new HashMap<>();

    Invalidations(MachineState state, Structures structures, Walk walk) {
        this.state = state;
        this.mode = state.pagingMode();
        this.structures = structures;
        this.walk = walk;
    }

    /** Whether nothing can be left to invalidate. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** All, in the order of their changes; a copy. */
    public List<Pending> all() {
        return all.stream().filter(this::stale).toList();
    }

    /** Whether a translation of this page (a number) may be held that says otherwise than a walk. */
    boolean pending(long page) {
        int small = mode.shift(1);
        for (Pending pending : all) {
            Held held = pending.pages.get(pending.large ? pending.linear >>> small : page);
            long linear = page << small;
            boolean covers = linear >= pending.linear && linear < pending.linear + pending.bytes;
            if (held != null && covers && !agrees(pending, page, held)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the cache of directory entries may hold one for this address that says otherwise than the directory. */
    boolean directoryEntryPending(long linear) {
        for (Pending pending : all) {
            boolean covers = linear >= pending.linear && linear < pending.linear + pending.bytes;
            if (covers && pending.directoryEntry && !entryAgrees(pending)) {
                return true;
            }
        }
        return false;
    }

    /** How many changes and pages are kept in mind. */
    int size() {
        return all.size() + byPage.size();
    }

    // Whether they are stale

    /** Whether something that one change left behind says otherwise than the structures do by now. */
    private boolean stale(Pending pending) {
        if (pending.directoryEntry && !entryAgrees(pending)) {
            return true;
        }
        for (Map.Entry<Long, Held> page : pending.pages.entrySet()) {
            if (!agrees(pending, page.getKey(), page.getValue())) {
                return true;
            }
        }
        return false;
    }

    /** A large translation agrees with the same large page only: what a table says of each of its pages is not looked through. */
    private boolean agrees(Pending pending, long page, Held held) {
        long directory = state.loadedDirectory().orElse(Violation.NONE);
        long linear = pending.large ? pending.linear : page << mode.shift(1);
        Mapping now = directory == Violation.NONE ? null : walk.mapping(directory, linear);
        return now != null
                && now.frame() == held.frame
                && (now.rights() & held.rights) == held.rights
                && (!pending.large || now.level() > 1);
    }

    private boolean entryAgrees(Pending pending) {
        long cr4 = state.register(ControlRegister.CR4);
        int level = mode.levels();
        long word = state.word(state.loadedDirectory().orElse(Violation.NONE), mode.slot(pending.linear, level));
        return mode.kind(word, level, cr4) == EntryKind.TABLE
                && mode.frame(word, level, cr4) == pending.firstFrame
                && (state.rights(word) & state.rights(pending.was)) == state.rights(pending.was);
    }

    /** The one of this page (a number) of the window, or null. */
    public Pending window(long page) {
        for (Pending pending : byPage.getOrDefault(page, List.of())) {
            if (pending.window && stale(pending)) {
                return pending;
            }
        }
        return null;
    }

    /** What the word was whose translations may still be held: a large page or a table; null when none are. */
    public EntryKind kindOf(long table, int slot) {
        for (Pending pending : all) {
            if (!pending.window && pending.table == table && pending.slot == slot) {
                return pending.large ? EntryKind.LEAF : EntryKind.TABLE;
            }
        }
        return null;
    }

    /** It has been reported, and is not to be again. */
    public void forget(Pending pending) {
        all.remove(pending);
        pending.pages.keySet().forEach(page -> {
            List<Pending> list = byPage.get(page);
            list.remove(pending);
            if (list.isEmpty()) {
                byPage.remove(page);
            }
        });
    }

    // What adds to them

    /** A word is about to change; the structures are those before. */
    void entryChanging(EntryFact entry, Violation.Cause cause) {
        if (!state.pagingEnabled() || entry.was == 0 || !mode.accessed(entry.was) || loosens(entry)) {
            return;
        }
        long directory = state.loadedDirectory().orElse(Violation.NONE);
        for (Structures.Placement placement : structures.placements(entry.table)) {
            if (keptByCr3(entry.was, placement.level()) || placement.in(directory) && used(directory, placement)) {
                add(entry, placement, cause);
            }
        }
    }

    /**
     * Whether the entry allows what it did, at the same place: what is held of it is no more than what the next change finds, which
     * leaves that behind in its turn.
     */
    private boolean loosens(EntryFact entry) {
        int rights = state.rights(entry.was);
        return entry.kindNow == entry.kindWas
                && entry.frameNow == entry.frameWas
                && (state.rights(entry.now) & rights) == rights
                && mode.accessed(entry.now)
                && mode.global(entry.now) == mode.global(entry.was);
    }

    /** Whether all entries on the loaded directory's way to the placement have A: a walk through another caches nothing. */
    private boolean used(long directory, Structures.Placement placement) {
        long cr4 = state.register(ControlRegister.CR4);
        long table = directory;
        for (int level = mode.levels(); level > placement.level(); level--) {
            long word = state.word(table, mode.slot(placement.base(), level));
            if (!mode.accessed(word)) {
                return false;
            }
            table = mode.frame(word, level, cr4);
        }
        return true;
    }

    private boolean keptByCr3(long word, int level) {
        long cr4 = state.register(ControlRegister.CR4);
        return mode.kind(word, level, cr4) == EntryKind.LEAF && mode.global(word) && mode.globalPagesEnabled(cr4);
    }

    private void add(EntryFact entry, Structures.Placement placement, Violation.Cause cause) {
        int level = placement.level();
        long cr4 = state.register(ControlRegister.CR4);
        EntryKind kind = mode.kind(entry.was, level, cr4);
        long linear = placement.base() + mode.offset(entry.slot, level);
        long bytes = 1L << mode.shift(level);
        long frame = mode.frame(entry.was, level, cr4);
        int rights = placement.rights() & state.rights(entry.was);
        boolean leaf = kind == EntryKind.LEAF;
        Pending pending = new Pending(
                cause,
                placement.root(),
                entry.table,
                entry.slot,
                entry.was,
                linear,
                bytes,
                frame,
                leaf ? bytes >>> mode.shift(1) : 1,
                placement.derived(),
                leaf && level > 1);
        if (leaf) {
            pending.pages.put(linear >>> mode.shift(1), new Held(frame, rights, keptByCr3(entry.was, level)));
        } else {
            pending.directoryEntry = true;
            pagesUnder(pending, frame, level - 1, linear, rights);
        }
        replaceSame(pending);
        all.add(pending);
        pending.pages.keySet().forEach(page -> byPage.computeIfAbsent(page, key -> new ArrayList<>(1))
                .add(pending));
    }

    private void pagesUnder(Pending pending, long table, int level, long base, int rights) {
        long cr4 = state.register(ControlRegister.CR4);
        state.words(table, (slot, word) -> {
            long linear = base + mode.offset(slot, level);
            int both = rights & state.rights(word);
            if (mode.accessed(word)) {
                long frame = mode.frame(word, level, cr4);
                if (mode.kind(word, level, cr4) == EntryKind.LEAF) {
                    pending.pages.put(linear >>> mode.shift(1), new Held(frame, both, keptByCr3(word, level)));
                } else {
                    pagesUnder(pending, frame, level - 1, linear, both);
                }
            }
        });
    }

    /** The word has changed: what was as a walk would have it until now may be stale by this. */
    void entryChanged(EntryFact entry, Violation.Cause cause) {
        for (Pending pending : all) {
            if (pending.table == entry.table && pending.slot == entry.slot) {
                boolean stale = stale(pending);
                if (stale && pending.harmless) {
                    pending.cause = cause;
                }
                pending.harmless = !stale;
            }
        }
    }

    /** What earlier changes left behind that is the same is left to this one: the last change counts, and what is kept is bounded. */
    private void replaceSame(Pending next) {
        next.pages.forEach((page, held) -> {
            for (Pending known : List.copyOf(byPage.getOrDefault(page, List.of()))) {
                if (known.large == next.large && known.window == next.window && held.equals(known.pages.get(page))) {
                    drop(known, page);
                }
            }
        });
        all.removeIf(known -> {
            boolean same = next.linear == known.linear
                    && next.firstFrame == known.firstFrame
                    && state.rights(next.was) == state.rights(known.was);
            known.directoryEntry &= !(next.directoryEntry && same);
            return known.done();
        });
    }

    // What takes from them

    /** The translations of one page were dropped. */
    void invalidated(long linear, FlushCause cause) {
        if (all.isEmpty()) {
            return;
        }
        long page = linear >>> mode.shift(1);
        List<Pending> touched = new ArrayList<>();
        for (Pending pending : byPage.getOrDefault(page, List.of())) {
            touched.add(pending);
        }
        touched.forEach(pending -> drop(pending, page));
        boolean wholeWalkCache = cause != FlushCause.PAGE_FAULT;
        for (Pending pending : List.copyOf(all)) {
            boolean covers = linear >= pending.linear && linear < pending.linear + pending.bytes;
            if (pending.directoryEntry && (wholeWalkCache || covers)) {
                pending.directoryEntry = false;
            }
            if (pending.large && covers) {
                forget(pending);
            } else if (pending.done()) {
                all.remove(pending);
            }
        }
    }

    private void drop(Pending pending, long page) {
        pending.pages.remove(page);
        List<Pending> list = byPage.get(page);
        list.remove(pending);
        if (list.isEmpty()) {
            byPage.remove(page);
        }
    }

    /** The translations of all pages were dropped, or all but the global ones. */
    void flushed(boolean globalKept) {
        if (!globalKept) {
            all.clear();
            byPage.clear();
            return;
        }
        for (Pending pending : List.copyOf(all)) {
            pending.directoryEntry = false;
            List<Long> dropped = new ArrayList<>();
            pending.pages.forEach((page, held) -> {
                if (!held.global) {
                    dropped.add(page);
                }
            });
            dropped.forEach(page -> drop(pending, page));
            if (pending.done()) {
                all.remove(pending);
            }
        }
    }

    /** Shown what leads to a frame. */
    public interface Visitor {
        /** The first of the frames asked for that it leads to. */
        void leads(Pending pending, long frame);
    }

    /** Shows each that leads to one of these frames: its page's, its table's, or one of a page there. */
    public void leadingTo(long frame, long count, Visitor visitor) {
        for (Pending pending : List.copyOf(all)) {
            if (!pending.window && stale(pending)) {
                long found = frameAmong(pending, frame, count);
                if (found != Violation.NONE) {
                    visitor.leads(pending, found);
                }
            }
        }
    }

    private long frameAmong(Pending pending, long frame, long count) {
        if (pending.firstFrame < frame + count && frame < pending.firstFrame + pending.frames) {
            return Math.max(pending.firstFrame, frame);
        }
        for (Map.Entry<Long, Held> page : pending.pages.entrySet()) {
            Held held = page.getValue();
            if (held.frame >= frame && held.frame < frame + count && !agrees(pending, page.getKey(), held)) {
                return held.frame;
            }
        }
        return Violation.NONE;
    }
}

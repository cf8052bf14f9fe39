package org.pagetrail.replay.state;

import java.util.Arrays;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * The fold of runs of TLB fills, without a call for each. It takes the fills that are plain and stops at the first that is not: what
 * those mean, {@link TranslationCaches} says, one by one.
 */
final class FillRuns {
    /** The level whose entry a fill calls the PDE. */
    private static final int DIRECTORY_LEVEL = 2;

    private static final int CAUSES = FillCause.values().length;
    private static final int SECOND_LEVEL_CAUSE = FillCause.SECOND_LEVEL.ordinal();
    private static final int DIRTY_CAUSE = FillCause.DIRTY.ordinal();
    private static final int ANY_RIGHT = Rights.READ | Rights.EXECUTE;

    private final MachineState state;
    private final PagingMode mode;
    private final TranslationCache[] tlbs;
    private final TranslationCache second;
    private final int secondSets;
    private final int pageShift;
    private final int largeShift;
    private final int slotMask;
    private final boolean secondLevelHoldsLarge;

    /** The words of the tables that the loaded directory refers to, by slot, as far as they were looked up in this epoch. */
    private final long[][] tables;

    private final int[] epochs;
    private int epoch = 1;

    /** The words of a table without present entries. */
    private final long[] nothing;

    /** Of a table's slot that a fill was last found right in: both entries, and the access that they give. */
    private final long[] seenPdes;

    private final long[] seenPtes;
    private final int[] seenAccess;

    /** When, by the changes of the walk cache, it was last seen to have this entry of the slot, or none. */
    private final int[] agreedAt;

    private final long[] agreedFor;

    /** The bits of a table's entry that say something else than its frame. */
    private final long otherBits;

    private long tablesOf = Control.NONE;
    private long tablesCr4;
    private int changes;

    FillRuns(MachineState state) {
        this.state = state;
        this.mode = state.pagingMode();
        this.tlbs = Arrays.copyOf(state.caches.tlbs(), 1 << 4);
        this.second = tlbs[Tlb.SECOND_LEVEL.ordinal()];
        this.secondSets = second == null ? 0 : second.sets();
        this.pageShift = mode.shift(1);
        this.slotMask = mode.slots() - 1;
        this.largeShift = mode.shift(DIRECTORY_LEVEL) - mode.shift(1);
        this.secondLevelHoldsLarge = state.caches.secondLevelHoldsLarge();
        this.tables = new long[mode.slots()][];
        this.agreedAt = new int[mode.slots()];
        this.agreedFor = new long[mode.slots()];
        this.epochs = new int[mode.slots()];
        this.nothing = new long[mode.slots()];
        this.seenPdes = new long[mode.slots()];
        this.seenPtes = new long[mode.slots()];
        this.seenAccess = new int[mode.slots()];
        this.otherBits = ~frameBits(mode);
    }

    private static long frameBits(PagingMode mode) {
        long bits = 0;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            bits |= mode.frame(1L << bit, 1, 0) == 0 ? 0 : 1L << bit;
        }
        return bits;
    }

    /** Folds the fills from one on, up to the first that is not plain; behind the last that was folded. */
    int fold(TlbFills fills, int from) {
        long[] words = fills.words();
        int count = fills.count();
        long cr4 = state.control.register(ControlRegister.CR4);
        int i = from;
        for (; i < count; i++) {
            int at = i * TlbFills.WORDS;
            long shape = words[at + TlbFills.SHAPE];
            boolean large = mode.kind(words[at + TlbFills.PDE], DIRECTORY_LEVEL, cr4) == EntryKind.LEAF;
            if (TlbFills.cause(shape) >= CAUSES || !take(words, at, shape, large)) {
                break;
            }
        }
        told(words, from, i);
        return i;
    }

    private void told(long[] words, int from, int to) {
        if (to > from) {
            state.control.tick = words[(to - 1) * TlbFills.WORDS];
            state.control.events += to - from;
        }
    }

    /** Puts a fill into the ways that it names, when there are such. */
    private boolean take(long[] words, int at, long shape, boolean large) {
        TranslationCache first = tlbs[TlbFills.tlb(shape)];
        int way = first == null ? -1 : first.at(TlbFills.set(shape), TlbFills.way(shape));
        long page = words[at + TlbFills.PAGE];
        long pde = words[at + TlbFills.PDE];
        long pte = words[at + TlbFills.PTE];
        int flags = TranslationCache.VALID | (large ? TranslationCache.LARGE : 0) | TlbFills.access(shape);
        int secondWay = TlbFills.secondLevelWay(shape);
        if (secondWay >= 0 && TlbFills.cause(shape) != SECOND_LEVEL_CAUSE) {
            boolean whole = large && secondLevelHoldsLarge;
            long key = whole ? page >>> largeShift : page;
            int into = second == null ? -1 : second.at((int) key & secondSets - 1, secondWay);
            if ((way | into) < 0) {
                return false;
            }
            second.put(into, whole ? key << largeShift : page, pde, pte, flags);
        }
        if (way < 0) {
            return false;
        }
        first.put(way, page, pde, pte, flags);
        return true;
    }

    /** As {@link StateBuilder#foldAsWalked}. */
    int foldAsWalked(TlbFills fills, int from, int to) {
        long directory = state.control.root(pageShift);
        long[] entries = directory == Control.NONE ? null : state.structures.words(directory);
        if (entries == null) {
            return from;
        }
        long cr4 = state.control.register(ControlRegister.CR4);
        forgetTables(directory, cr4);
        boolean walkCache = state.walkCacheSets() != 0;
        long[] words = fills.words();
        long tick = state.control.tick;
        int i = from;
        for (; i < to; i++) {
            int at = i * TlbFills.WORDS;
            long shape = words[at + TlbFills.SHAPE];
            long now = words[at];
            if (now < tick) {
                break;
            }
            boolean small = TlbFills.cause(shape) == SECOND_LEVEL_CAUSE
                    ? held(words, at, shape, cr4)
                    : seen(words, at, shape, entries, walkCache);
            if (small ? !take(words, at, shape, false) : !takeAsWalked(words, at, shape, cr4, entries, walkCache)) {
                break;
            }
            tick = now;
        }
        told(words, from, i);
        return i;
    }

    private boolean takeAsWalked(long[] words, int at, long shape, long cr4, long[] entries, boolean walkCache) {
        return TlbFills.cause(shape) < SECOND_LEVEL_CAUSE
                && walked(words, at, shape, cr4, entries, walkCache)
                && take(words, at, shape, words[at + TlbFills.PTE] == 0);
    }

    /** Whether a walk gives the translation, when it is like one that it was found to give by way of the same table. */
    private boolean seen(long[] words, int at, long shape, long[] entries, boolean walkCache) {
        long page = words[at + TlbFills.PAGE];
        int slot = (int) (page >>> largeShift) & slotMask;
        // An address beyond the directory's slots is no alias of one within.
        if (epochs[slot] != epoch || page >>> largeShift != slot) {
            return false;
        }
        long[] table = tables[slot];
        long pde = entries[slot];
        long pte = table[(int) page & slotMask];
        return words[at + TlbFills.PDE] == pde
                && pde == seenPdes[slot]
                && words[at + TlbFills.PTE] == pte
                && ((pte ^ seenPtes[slot]) & otherBits) == 0
                && TlbFills.access(shape) == seenAccess[slot]
                && TlbFills.cause(shape) < SECOND_LEVEL_CAUSE
                && (TlbFills.cause(shape) != DIRTY_CAUSE || (seenAccess[slot] & TranslationCache.DIRTY) != 0)
                && (!walkCache || walkCacheAgrees(slot, page << pageShift, pde));
    }

    /** Whether the second level holds the translation of a small page that is said to come from it. */
    private boolean held(long[] words, int at, long shape, long cr4) {
        long page = words[at + TlbFills.PAGE];
        int from = second == null ? -1 : second.at((int) page & secondSets - 1, TlbFills.secondLevelWay(shape));
        if (from < 0 || mode.kind(words[at + TlbFills.PDE], DIRECTORY_LEVEL, cr4) == EntryKind.LEAF) {
            return false;
        }
        long[] holds = second.words();
        long flags = holds[from + TranslationCache.FLAGS] & ~TranslationCache.LARGE;
        return holds[from] == page
                && holds[from + TranslationCache.PDE] == words[at + TlbFills.PDE]
                && holds[from + TranslationCache.PTE] == words[at + TlbFills.PTE]
                && flags == (TranslationCache.VALID | TlbFills.access(shape));
    }

    /** Whether a walk of the loaded directory gives the translation. */
    private boolean walked(long[] words, int at, long shape, long cr4, long[] entries, boolean walkCache) {
        int cause = TlbFills.cause(shape);
        long linear = words[at + TlbFills.PAGE] << pageShift;
        int slot = mode.slot(linear, DIRECTORY_LEVEL);
        long pde = entries[slot];
        long cached = walkCache ? state.walkCacheWord(linear) : 0;
        EntryKind kind = mode.kind(pde, DIRECTORY_LEVEL, cr4);
        boolean large = kind == EntryKind.LEAF;
        if (words[at + TlbFills.PDE] != pde
                || kind == EntryKind.ABSENT
                || cached != 0 && large
                || !agrees(cached, pde)) {
            return false;
        }
        long pte = large ? 0 : table(slot, pde, cr4)[mode.slot(linear, 1)];
        long leaf = large ? pde : pte;
        boolean writable = mode.writable(pde) && mode.writable(leaf);
        boolean user = mode.user(pde) && mode.user(leaf);
        boolean dirty = mode.dirty(leaf);
        boolean global = mode.global(leaf) && mode.globalPagesEnabled(cr4);
        int flags = ANY_RIGHT
                | (writable ? Rights.WRITE : 0)
                | (user ? Rights.USER : 0)
                | (dirty ? TranslationCache.DIRTY : 0)
                | (global ? TranslationCache.GLOBAL : 0);
        boolean right = words[at + TlbFills.PTE] == pte
                && mode.accessed(pde)
                && mode.accessed(leaf)
                && TlbFills.access(shape) == flags
                && (cause != DIRTY_CAUSE || dirty);
        if (right && !large) {
            seenPdes[slot] = pde;
            seenPtes[slot] = pte;
            seenAccess[slot] = flags;
        }
        return right;
    }

    private boolean walkCacheAgrees(int slot, long linear, long pde) {
        int now = state.caches.walkCacheChanges();
        if (agreedAt[slot] != now && agrees(state.walkCacheWord(linear), pde)) {
            agreedAt[slot] = now;
            agreedFor[slot] = pde;
        }
        return agreedAt[slot] == now && agreedFor[slot] == pde;
    }

    /** Whether the walk cache has the entry of the directory, or none. */
    private static boolean agrees(long cached, long pde) {
        return cached == 0 || cached == pde;
    }

    private long[] table(int slot, long pde, long cr4) {
        if (epochs[slot] != epoch) {
            long[] table = state.structures.words(mode.frame(pde, DIRECTORY_LEVEL, cr4));
            if (table == null) {
                return nothing;
            }
            tables[slot] = table;
            epochs[slot] = epoch;
            // No entry that is there: nothing was seen yet.
            seenPdes[slot] = 0;
        }
        return tables[slot];
    }

    private void forgetTables(long directory, long cr4) {
        if (tablesOf != directory || tablesCr4 != cr4 || changes != state.structures.changes()) {
            tablesOf = directory;
            tablesCr4 = cr4;
            changes = state.structures.changes();
            epoch++;
        }
    }
}

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
        int i = from;
        while (i < to) {
            int seen = foldSeen(words, i, to, entries, walkCache);
            told(words, i, seen);
            i = seen;
            if (seen == to || !takeAsWalked(words, seen * TlbFills.WORDS, cr4, entries, walkCache)) {
                break;
            }
            told(words, seen, ++i);
        }
        return i;
    }

    /**
     * Folds the fills of small pages that are like one that was found right in the same table, and those from the second level in such a
     * table; the first that is not, which may still be right.
     *
     * <p>Nearly all fills of a long trace go through here, so there is no call in it, and what their kind says is looked at when the
     * kind changes.
     */
    private int foldSeen(long[] words, int from, int to, long[] entries, boolean walkCache) {
        long[] secondWords = second == null ? nothing : second.words();
        int secondWays = second == null ? 0 : second.ways();
        int walkCacheNow = walkCache ? state.caches.walkCacheChanges() : 0;
        long tick = state.control.tick;
        long kind = ~words[from * TlbFills.WORDS + TlbFills.SHAPE];
        TranslationCache first = null;
        long[] firstWords = nothing;
        int firstSets = 0;
        int firstWays = 0;
        boolean fromSecond = false;
        boolean needsDirty = false;
        int access = 0;
        int firstNew = 0;
        int secondNew = 0;
        int i = from;
        for (; i < to; i++) {
            int at = i * TlbFills.WORDS;
            long now = words[at];
            long page = words[at + TlbFills.PAGE];
            long pde = words[at + TlbFills.PDE];
            long pte = words[at + TlbFills.PTE];
            long shape = words[at + TlbFills.SHAPE];
            if (((shape ^ kind) & TlbFills.KIND_MASK) != 0) {
                TranslationCache next = tlbs[TlbFills.tlb(shape)];
                if (next == null || next == second || TlbFills.cause(shape) > SECOND_LEVEL_CAUSE) {
                    break;
                }
                if (first != null) {
                    first.grow(firstNew);
                    firstNew = 0;
                }
                first = next;
                firstWords = first.words();
                firstSets = first.sets();
                firstWays = first.ways();
                kind = shape;
                access = TlbFills.access(shape);
                fromSecond = TlbFills.cause(shape) == SECOND_LEVEL_CAUSE;
                needsDirty = TlbFills.cause(shape) == DIRTY_CAUSE && (access & TranslationCache.DIRTY) == 0;
            }
            // An address beyond the directory's slots is no alias of one within.
            long slotAt = page >>> largeShift;
            int slot = (int) slotAt & slotMask;
            int set = TlbFills.set(shape);
            int way = TlbFills.way(shape);
            if (slotAt != slot
                    || now < tick
                    || epochs[slot] != epoch
                    || pde != entries[slot]
                    || pde != seenPdes[slot]
                    || set >= firstSets
                    || way >= firstWays) {
                break;
            }
            int secondWay = TlbFills.secondLevelWay(shape);
            int secondAt = (((int) page & secondSets - 1) * secondWays + secondWay) * TranslationCache.WORDS;
            long flags = TranslationCache.VALID | access;
            if (secondWay >= secondWays) {
                break;
            }
            if (fromSecond) {
                if (secondWay < 0
                        || secondWords[secondAt] != page
                        || secondWords[secondAt + TranslationCache.PDE] != pde
                        || secondWords[secondAt + TranslationCache.PTE] != pte
                        || (secondWords[secondAt + TranslationCache.FLAGS] & ~TranslationCache.LARGE) != flags) {
                    break;
                }
            } else {
                if (pte != tables[slot][(int) page & slotMask]
                        || ((pte ^ seenPtes[slot]) & otherBits) != 0
                        || access != seenAccess[slot]
                        || needsDirty
                        || walkCache && (agreedAt[slot] != walkCacheNow || agreedFor[slot] != pde)) {
                    break;
                }
                if (secondWay >= 0) {
                    secondNew += (int) (secondWords[secondAt + TranslationCache.FLAGS] >>> 7) ^ 1;
                    secondWords[secondAt] = page;
                    secondWords[secondAt + TranslationCache.PDE] = pde;
                    secondWords[secondAt + TranslationCache.PTE] = pte;
                    secondWords[secondAt + TranslationCache.FLAGS] = flags;
                }
            }
            int firstAt = (set * firstWays + way) * TranslationCache.WORDS;
            firstNew += (int) (firstWords[firstAt + TranslationCache.FLAGS] >>> 7) ^ 1;
            firstWords[firstAt] = page;
            firstWords[firstAt + TranslationCache.PDE] = pde;
            firstWords[firstAt + TranslationCache.PTE] = pte;
            firstWords[firstAt + TranslationCache.FLAGS] = flags;
            tick = now;
        }
        if (first != null) {
            first.grow(firstNew);
        }
        if (second != null) {
            second.grow(secondNew);
        }
        return i;
    }

    /** Folds one fill, whatever it is like; whether nothing can be said against it. */
    private boolean takeAsWalked(long[] words, int at, long cr4, long[] entries, boolean walkCache) {
        long shape = words[at + TlbFills.SHAPE];
        if (words[at] < state.control.tick) {
            return false;
        }
        if (TlbFills.cause(shape) == SECOND_LEVEL_CAUSE && held(words, at, shape, cr4)) {
            return take(words, at, shape, false);
        }
        return TlbFills.cause(shape) < SECOND_LEVEL_CAUSE
                && walked(words, at, shape, cr4, entries, walkCache)
                && take(words, at, shape, words[at + TlbFills.PTE] == 0);
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
            agreedAt[slot] = state.caches.walkCacheChanges();
            agreedFor[slot] = pde;
        }
        return right;
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

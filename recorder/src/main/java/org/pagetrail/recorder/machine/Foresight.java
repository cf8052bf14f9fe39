package org.pagetrail.recorder.machine;

import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * Whether an access would fault, asked without anything changing: no entry is used, filled or marked, and nothing told.
 *
 * <p>For an access that crosses a page: its second translation meets the caches as the first leaves them. A walk for the first
 * may replace the directory entry that the second would be served from, and what it fills may push the second's translation out.
 */
final class Foresight {
    private static final int NONE = TranslationCache.NONE;
    private static final int NO_SLOT = -1;

    private final Mmu mmu;

    /** Whether what {@link #held} found last is a 4 MB page held whole. */
    private boolean heldLarge;

    // What the translation that was foreseen by allows(...) leaves behind.
    private TranslationCache fills;
    private boolean fillsSecondLevel;
    private int readSlot = NO_SLOT;

    Foresight(Mmu mmu) {
        this.mmu = mmu;
    }

    /** Whether an access of this kind to a page would not fault now. */
    boolean allows(int linear, int kind) {
        fills = null;
        fillsSecondLevel = false;
        readSlot = NO_SLOT;
        return foresee(linear, kind, true);
    }

    /**
     * Whether an access of this kind to a page would not fault after that for which {@link #allows} was asked last, provided that
     * {@link Mmu#keep} comes before it.
     */
    boolean allowsNext(int linear, int kind) {
        return foresee(linear, kind, false);
    }

    private boolean foresee(int linear, int kind, boolean first) {
        if (!mmu.paging) {
            return true;
        }
        Tlbs tlbs = mmu.tlbs();
        int page = linear >>> LinearAddress.PAGE_SHIFT;
        int state = held(
                kind == Mmu.FETCH ? tlbs.fetch4K : tlbs.data4K, kind == Mmu.FETCH ? tlbs.fetch4M : tlbs.data4M, page);
        boolean inFirstLevel = state != NONE;
        if (!inFirstLevel && tlbs.secondLevel != null) {
            state = held(tlbs.secondLevel, tlbs.secondLevel, page);
        }
        if (state != NONE && !mmu.permissions.allows(kind, state)) {
            return false;
        }
        boolean served = state != NONE && (kind != Mmu.WRITE || (state & TranslationCache.DIRTY) != 0);
        if (!served) {
            return walkAllows(linear, kind, state == NONE, first);
        }
        if (first && !inFirstLevel) {
            fills = mmu.firstLevelFor(kind, heldLarge);
        }
        return true;
    }

    /** The rights and D of the entry of the two caches that would serve a page; {@link #NONE} when neither holds one. */
    private int held(TranslationCache small, TranslationCache large, int page) {
        int inSmall = isLost(small) ? NONE : small.peek(page, false);
        int inLarge = large == null || isLost(large) ? NONE : large.peek(page >>> Mmu.LARGE_PAGES, true);
        heldLarge = inLarge != NONE && (mmu.largeFirst || inSmall == NONE);
        if (heldLarge) {
            return large.state(inLarge);
        }
        return inSmall == NONE ? NONE : small.state(inSmall);
    }

    /** Whether what a cache holds gives way to the translation foreseen before. */
    private boolean isLost(TranslationCache cache) {
        boolean filled = cache == fills
                || fillsSecondLevel && cache == mmu.tlbs().secondLevel
                || readSlot != NO_SLOT && cache == mmu.tlbs().walkCache;
        return filled && cache.sets() * cache.ways() == 1;
    }

    private boolean walkAllows(int linear, int kind, boolean mayUseCache, boolean first) {
        Tlbs tlbs = mmu.tlbs();
        int slot = LinearAddress.directorySlot(linear);
        int cached = mayUseCache && tlbs.walkCache != null && slot != readSlot && !isLost(tlbs.walkCache)
                ? tlbs.walkCache.peek(slot, false)
                : NONE;
        int pde = cached == NONE ? mmu.memory.read(mmu.directory, slot) : tlbs.walkCache.rawPde(cached);
        int rights = pde;
        boolean large = cached == NONE && Entries.large(pde, mmu.registers.cr4);
        if (large) {
            if ((pde & mmu.reserved.largePde()) != 0) {
                return false;
            }
        } else if (Entries.present(pde)) {
            int pte = mmu.memory.read(Entries.frame(pde), LinearAddress.tableSlot(linear));
            if (!Entries.present(pte) || (pte & mmu.reserved.pte(mmu.registers.cr4)) != 0) {
                return false;
            }
            rights &= pte;
        }
        if (first) {
            fills = mmu.firstLevelFor(kind, large);
            fillsSecondLevel = !large || mmu.secondLevelHolds4M();
            readSlot = large || cached != NONE ? NO_SLOT : slot;
        }
        return Entries.present(pde) && mmu.permissions.allows(kind, Mmu.state(rights));
    }
}

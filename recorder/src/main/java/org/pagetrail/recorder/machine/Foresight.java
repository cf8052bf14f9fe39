package org.pagetrail.recorder.machine;

import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/** Whether an access would fault, asked without anything changing: no entry is used, filled or marked, and nothing told. */
final class Foresight {
    private static final int NONE = TranslationCache.NONE;

    private final Mmu mmu;

    Foresight(Mmu mmu) {
        this.mmu = mmu;
    }

    /** Whether an access of this kind to a page would not fault now. */
    boolean allows(int linear, int kind) {
        int page = linear >>> LinearAddress.PAGE_SHIFT;
        TranslationCache small = kind == Mmu.FETCH ? mmu.tlbs().fetch4K : mmu.tlbs().data4K;
        TranslationCache large = kind == Mmu.FETCH ? mmu.tlbs().fetch4M : mmu.tlbs().data4M;
        int state = held(small, large, page);
        if (state == NONE && mmu.tlbs().secondLevel != null) {
            state = held(mmu.tlbs().secondLevel, mmu.tlbs().secondLevel, page);
        }
        if (state != NONE && !mmu.permissions.allows(kind, state)) {
            return false;
        }
        boolean served = state != NONE && (kind != Mmu.WRITE || (state & TranslationCache.DIRTY) != 0);
        return !mmu.paging || served || walkAllows(linear, kind, state == NONE);
    }

    /** The rights and D of the entry of the two caches that would serve a page; {@link #NONE} when neither holds one. */
    private int held(TranslationCache small, TranslationCache large, int page) {
        int inSmall = small.peek(page, false);
        int inLarge = large == null ? NONE : large.peek(page >>> Mmu.LARGE_PAGES, true);
        if (inLarge != NONE && (mmu.largeFirst || inSmall == NONE)) {
            return large.state(inLarge);
        }
        return inSmall == NONE ? NONE : small.state(inSmall);
    }

    private boolean walkAllows(int linear, int kind, boolean mayUseCache) {
        int slot = LinearAddress.directorySlot(linear);
        int cached = mayUseCache && mmu.tlbs().walkCache != null
                ? mmu.tlbs().walkCache.peek(slot, false)
                : TranslationCache.NONE;
        int pde = cached == TranslationCache.NONE
                ? mmu.memory.read(mmu.directory, slot)
                : mmu.tlbs().walkCache.rawPde(cached);
        int rights = pde;
        if (cached == TranslationCache.NONE && Entries.large(pde, mmu.registers.cr4)) {
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
        return Entries.present(pde) && mmu.permissions.allows(kind, Mmu.state(rights));
    }
}

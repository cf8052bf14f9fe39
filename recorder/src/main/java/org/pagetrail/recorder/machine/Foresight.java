package org.pagetrail.recorder.machine;

import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/** Whether an access would fault, asked without anything changing: no entry is used, filled or marked, and nothing told. */
final class Foresight {
    private final Mmu mmu;

    Foresight(Mmu mmu) {
        this.mmu = mmu;
    }

    /** Whether an access of this kind to a page would not fault now. */
    boolean allows(int linear, int kind) {
        int page = linear >>> LinearAddress.PAGE_SHIFT;
        TranslationCache small = kind == Mmu.FETCH ? mmu.fetch4K : mmu.data4K;
        TranslationCache large = kind == Mmu.FETCH ? mmu.fetch4M : mmu.data4M;
        long entry = held(small, large, page);
        boolean first = entry != 0;
        if (!first && mmu.secondLevel != null) {
            entry = held(mmu.secondLevel, mmu.secondLevel, page);
        }
        if (entry != 0 && !mmu.permissions.allows(kind, (int) entry)) {
            return false;
        }
        boolean served = entry != 0 && (kind != Mmu.WRITE || (entry & TranslationCache.DIRTY) != 0);
        return !mmu.paging || served || walkAllows(linear, kind, entry == 0);
    }

    /** The entry of the two caches that would serve a page; 0 when neither holds one. */
    private long held(TranslationCache small, TranslationCache large, int page) {
        int inSmall = small.peek(page, false);
        int inLarge = large == null ? TranslationCache.NONE : large.peek(page >>> Mmu.LARGE_PAGES, true);
        if (inLarge != TranslationCache.NONE && (mmu.largeFirst || inSmall == TranslationCache.NONE)) {
            return large.entry(inLarge);
        }
        return inSmall == TranslationCache.NONE ? 0 : small.entry(inSmall);
    }

    private boolean walkAllows(int linear, int kind, boolean mayUseCache) {
        int slot = LinearAddress.directorySlot(linear);
        int cached = mayUseCache && mmu.walkCache != null ? mmu.walkCache.peek(slot, false) : TranslationCache.NONE;
        int pde = cached == TranslationCache.NONE ? mmu.memory.read(mmu.directory, slot) : mmu.walkCache.rawPde(cached);
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

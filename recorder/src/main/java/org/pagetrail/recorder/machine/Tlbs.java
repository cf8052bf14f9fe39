package org.pagetrail.recorder.machine;

import java.util.Objects;
import java.util.stream.Stream;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.TlbGeometry;

/** All translation caches of a processor, and what is done to all of them at once. */
final class Tlbs {
    /** Bits of a directory entry that never count as a difference (A, D, AVL). */
    private static final int NOT_COUNTED = Entries.ACCESSED | Entries.DIRTY | 0xe00;

    final TranslationCache data4K;

    /** Null where the profile has none, as the next two. */
    final TranslationCache data4M;

    /** The same as for data where one serves both, as the next. */
    final TranslationCache fetch4K;

    final TranslationCache fetch4M;
    final TranslationCache secondLevel;

    /** The cache of directory entries. */
    final TranslationCache walkCache;

    /** Where 4 KB pages are held; see {@link HeldPages}. Null where the first levels have more places than it can tell apart. */
    final char[] held;

    /** Those that there are; the cache of directory entries last. */
    private final TranslationCache[] all;

    Tlbs(MachineProfile profile) {
        TlbGeometry ofFetches = profile.unified() ? null : profile.instruction4K();
        Places firstLevel =
                ofFetches == null ? new Places(true, profile.data4K()) : new Places(true, profile.data4K(), ofFetches);
        held = firstLevel.size() <= HeldPages.PLACES ? HeldPages.none(ofFetches != null) : null;
        data4K =
                new TranslationCache(profile.unified() ? Tlb.UNIFIED : Tlb.DATA_4K, profile.data4K(), firstLevel, held);
        data4M = cache(Tlb.DATA_4M, profile.data4M());
        fetch4K = ofFetches == null ? data4K : new TranslationCache(Tlb.INSTRUCTION_4K, ofFetches, firstLevel, held);
        fetch4M = profile.unified() ? data4M : cache(Tlb.INSTRUCTION_4M, profile.instruction4M());
        secondLevel = cache(Tlb.SECOND_LEVEL, profile.secondLevel());
        walkCache = cache(Tlb.WALK_CACHE, profile.walkCache());
        all = Stream.of(data4K, data4M, fetch4K, fetch4M, secondLevel, walkCache)
                .filter(Objects::nonNull)
                .distinct()
                .toArray(TranslationCache[]::new);
    }

    private TranslationCache cache(Tlb name, TlbGeometry geometry) {
        if (geometry == null) {
            return null;
        }
        Places places = new Places(false, geometry);
        return new TranslationCache(
                name, geometry, places, name == Tlb.WALK_CACHE ? new char[LinearAddress.SLOTS] : held);
    }

    /** The cache of this name, or null when the profile has none. */
    TranslationCache named(Tlb name) {
        for (TranslationCache cache : all) {
            if (cache.name() == name) {
                return cache;
            }
        }
        return null;
    }

    /** Says whether G counts: the bit, or 0. */
    void globalBit(int bit) {
        for (TranslationCache cache : all) {
            cache.globalBit(bit);
        }
    }

    /** Whether a first-level array for 4 MB pages holds any. */
    boolean firstLevelHoldsLarge() {
        return data4M != null && data4M.holdsLarge() || fetch4M != null && fetch4M.holdsLarge();
    }

    /** Whether any holds a 4 MB page whole. */
    boolean holdLarge() {
        return firstLevelHoldsLarge() || secondLevel != null && secondLevel.holdsLarge();
    }

    /** How many translations they hold. */
    int valid() {
        int valid = 0;
        for (TranslationCache cache : all) {
            valid += cache == walkCache ? 0 : cache.valid();
        }
        return valid;
    }

    /** Drops what translates a page; the cache of directory entries is left alone. Returns how many. */
    int invalidate(int page) {
        int dropped = 0;
        for (TranslationCache cache : all) {
            dropped += cache == walkCache ? 0 : cache.invalidate(page);
        }
        return dropped;
    }

    /** Drops all translations, or all but the global ones; the cache of directory entries is left alone. Returns how many. */
    int flush(boolean keepGlobal) {
        int dropped = 0;
        for (TranslationCache cache : all) {
            dropped += cache == walkCache ? 0 : cache.flush(keepGlobal);
        }
        return dropped;
    }

    /** Drops the directory entries; returns how many. */
    int flushWalkCache() {
        return walkCache == null ? 0 : walkCache.flush(false);
    }

    /** Drops the directory entry of a slot; returns how many. */
    int dropDirectoryEntry(int slot) {
        return walkCache == null ? 0 : walkCache.dropKey(slot);
    }

    /** A control bit that decides on rights changed: what was told of changed entries says no more what their use is allowed. */
    void forgetTold() {
        for (TranslationCache cache : all) {
            cache.forgetTold();
        }
    }

    /** Walks read another directory, or read it otherwise. */
    void rebase(PhysicalMemory memory, int directory, int cr4) {
        for (TranslationCache cache : all) {
            cache.rebase(memory, directory, cr4, NOT_COUNTED);
        }
    }

    /** Marks what was filled from a table entry that has one of these bits. */
    void markReserved(int bits) {
        for (TranslationCache cache : all) {
            cache.markReserved(bits);
        }
    }

    /**
     * A store changed a word of a live paging structure: marks what it no longer agrees with.
     *
     * @param directory the frame of the directory that walks read
     * @param only the one reference to the frame as a table, as {@link LiveStructures#onlyReference} gives it
     */
    void wordChanged(PhysicalMemory memory, int directory, int cr4, int only, int frame, int slot, boolean wasPresent) {
        if (frame == directory) {
            for (TranslationCache cache : all) {
                cache.directoryEntryChanged(slot, wasPresent);
            }
        }
        if (only >= 0) {
            if (only / LinearAddress.SLOTS == directory) {
                tableEntryChanged(only & LinearAddress.SLOTS - 1, slot, wasPresent);
            }
            return;
        }
        // It serves as a table wherever the directory refers to it, the directory itself in its window too.
        for (int from = 0; from < LinearAddress.SLOTS; from++) {
            int pde = memory.read(directory, from);
            if (Entries.present(pde) && !Entries.large(pde, cr4) && Entries.frame(pde) == frame) {
                tableEntryChanged(from, slot, wasPresent);
            }
        }
    }

    private void tableEntryChanged(int directorySlot, int slot, boolean wasPresent) {
        for (TranslationCache cache : all) {
            cache.tableEntryChanged(directorySlot, slot, wasPresent);
        }
    }
}

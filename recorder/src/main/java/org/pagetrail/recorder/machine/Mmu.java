package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.ia32.PageFaultCode;
import org.pagetrail.traces.ia32.ReservedBits;
import org.pagetrail.traces.profile.Costs;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.TlbGeometry;

/**
 * The paging unit: translates linear addresses through its TLBs and page walks, and tells what changes by it.
 *
 * <p>A fault is a result: {@link #translate} answers {@link #FAULT}, and {@link #faultLinear} and {@link #faultCode} say which.
 * Translations that software should have dropped are served as hardware would serve them.
 */
public final class Mmu {
    /** Instead of a frame: the access raised #PF. */
    public static final int FAULT = -1;

    private static final int WRITE = AccessKind.WRITE.ordinal();
    private static final int FETCH = AccessKind.FETCH.ordinal();
    private static final int LARGE_PAGES = LinearAddress.LARGE_PAGE_SHIFT - LinearAddress.PAGE_SHIFT;
    private static final int LARGE_MASK = (1 << LARGE_PAGES) - 1;

    /** The uses 6 and 7: a supervisor's read and write with EFLAGS.AC=1. */
    private static final int WITH_AC = 6;

    /** Bits of a directory entry that never count as a difference (A, D, AVL). */
    private static final int NOT_COUNTED = Entries.ACCESSED | Entries.DIRTY | 0xe00;

    private final PhysicalMemory memory;
    private final LiveStructures live;
    private final TraceEvents events;
    private final Clock clock;
    private final Registers registers;
    private final MachineProfile profile;
    private final Costs costs;
    private final ReservedBits reserved;
    private final Permissions permissions = new Permissions();
    private final AccessCounts counts;

    private final TranslationCache data4K;
    private final TranslationCache data4M;
    private final TranslationCache fetch4K;
    private final TranslationCache fetch4M;
    private final TranslationCache secondLevel;
    private final TranslationCache walkCache;

    /** All of them that the profile has; the cache of directory entries last. */
    private final TranslationCache[] caches;

    private final int[] served = new int[3];
    private boolean paging;

    private int faultLinear;
    private int faultCode;
    private int faultReferences;

    // What the last walk found, for the fill that follows.
    private int walkPde;
    private int walkPdeAt;
    private int walkPte;
    private int walkTable;
    private int walkState;
    private int walkReferences;
    private boolean walkFromCache;
    private boolean walkFromChanged;

    Mmu(
            MachineProfile profile,
            PhysicalMemory memory,
            LiveStructures live,
            Registers registers,
            Clock clock,
            AccessCounts counts,
            TraceEvents events) {
        this.profile = profile;
        this.memory = memory;
        this.live = live;
        this.registers = registers;
        this.clock = clock;
        this.counts = counts;
        this.events = events;
        costs = profile.costs();
        reserved = new ReservedBits(profile.features());
        data4K = cache(profile.unified() ? Tlb.UNIFIED : Tlb.DATA_4K, profile.data4K());
        data4M = cache(Tlb.DATA_4M, profile.data4M());
        fetch4K = profile.unified() ? data4K : cache(Tlb.INSTRUCTION_4K, profile.instruction4K());
        fetch4M = profile.unified() ? data4M : cache(Tlb.INSTRUCTION_4M, profile.instruction4M());
        secondLevel = cache(Tlb.SECOND_LEVEL, profile.secondLevel());
        walkCache = cache(Tlb.WALK_CACHE, profile.walkCache());
        caches = java.util.stream.Stream.of(data4K, data4M, fetch4K, fetch4M, secondLevel, walkCache)
                .filter(java.util.Objects::nonNull)
                .distinct()
                .toArray(TranslationCache[]::new);
        controlChanged();
    }

    private static TranslationCache cache(Tlb name, TlbGeometry geometry) {
        return geometry == null ? null : new TranslationCache(name, geometry);
    }

    /** The cache of this name, or null when the profile has none. */
    TranslationCache cache(Tlb name) {
        for (TranslationCache cache : caches) {
            if (cache.name() == name) {
                return cache;
            }
        }
        return null;
    }

    /** The linear address of the last fault. */
    public int faultLinear() {
        return faultLinear;
    }

    /** The error code of the last fault. */
    public int faultCode() {
        return faultCode;
    }

    /** Takes over what a control register, the privilege level or EFLAGS.AC now says. */
    void controlChanged() {
        paging = (registers.cr0 & ControlBits.CR0_PG) != 0;
        permissions.update(registers);
        for (int kind = 0; kind < served.length; kind++) {
            served[kind] = permissions.served(kind);
        }
    }

    /** A control bit that decides on rights changed: what was told of changed entries says no more what their use is allowed. */
    void forgetTold() {
        for (TranslationCache cache : caches) {
            cache.forgetTold();
        }
    }

    /**
     * Translates the address of one access and lets its cycles pass.
     *
     * @param kind the ordinal of an {@link AccessKind}
     * @return the page frame, or {@link #FAULT}, which was told
     */
    int translate(int linear, int kind) {
        counts.byKind[kind]++;
        clock.advance(costs.hit());
        if (!paging) {
            counts.unpaged++;
            return linear >>> LinearAddress.PAGE_SHIFT;
        }
        TranslationCache first = kind == FETCH ? fetch4K : data4K;
        if (!profile.largePageServesFirst()) {
            long entry = first.hit(linear >>> LinearAddress.PAGE_SHIFT, false);
            if ((served[kind] >>> (entry & TranslationCache.STATE_MASK) & 1) != 0 && entry != 0) {
                counts.hits++;
                return TranslationCache.frame(entry);
            }
        }
        return translateSlowly(linear, kind);
    }

    private int translateSlowly(int linear, int kind) {
        int page = linear >>> LinearAddress.PAGE_SHIFT;
        TranslationCache small = kind == FETCH ? fetch4K : data4K;
        TranslationCache large = kind == FETCH ? fetch4M : data4M;
        boolean largeFirst = profile.largePageServesFirst();
        for (int turn = 0; turn < 2; turn++) {
            boolean isLarge = turn == 0 == largeFirst;
            TranslationCache cache = isLarge ? large : small;
            long entry = cache == null ? 0 : cache.find(isLarge ? page >>> LARGE_PAGES : page, isLarge);
            if (entry != 0) {
                return firstLevel(linear, kind, cache, entry);
            }
        }
        if (secondLevel != null) {
            long entry = findSecondLevel(page);
            if (entry != 0) {
                return secondLevel(linear, kind, entry);
            }
        }
        counts.walks++;
        return walk(linear, kind, FillCause.MISS, null, 0);
    }

    private long findSecondLevel(int page) {
        boolean largeFirst = profile.largePageServesFirst();
        long entry = secondLevel.find(largeFirst ? page >>> LARGE_PAGES : page, largeFirst);
        return entry != 0 ? entry : secondLevel.find(largeFirst ? page : page >>> LARGE_PAGES, !largeFirst);
    }

    private int firstLevel(int linear, int kind, TranslationCache cache, long entry) {
        reportIfChanged(linear, kind, cache, entry);
        if (!permissions.allows(kind, (int) entry)) {
            counts.hits++;
            return fault(linear, PageFaultCode.PRESENT, kind, 0);
        }
        if (kind == WRITE && (entry & TranslationCache.DIRTY) == 0) {
            counts.walks++;
            return walk(linear, kind, FillCause.DIRTY, cache, entry);
        }
        counts.hits++;
        return frame(linear, entry);
    }

    private int secondLevel(int linear, int kind, long entry) {
        clock.advance(costs.secondLevelHit());
        reportIfChanged(linear, kind, secondLevel, entry);
        if (!permissions.allows(kind, (int) entry)) {
            counts.secondLevelHits++;
            return fault(linear, PageFaultCode.PRESENT, kind, 0);
        }
        if (kind == WRITE && (entry & TranslationCache.DIRTY) == 0) {
            counts.walks++;
            return walk(linear, kind, FillCause.DIRTY, null, 0);
        }
        counts.secondLevelHits++;
        int index = secondLevel.index(entry);
        walkPde = secondLevel.pde[index];
        walkPte = secondLevel.pte[index];
        walkPdeAt = secondLevel.pdeAt(entry);
        walkTable = secondLevel.table(entry);
        walkReferences = 0;
        long bits = entry & (TranslationCache.STATE_MASK | TranslationCache.GLOBAL);
        boolean large = TranslationCache.large(entry);
        int base = TranslationCache.frame(entry);
        TranslationCache cache = firstLevelFor(kind, large);
        long filled = fillFirstLevel(cache, 0, linear, large, base, bits);
        if (TranslationCache.changed(entry)) {
            cache.markChanged(filled);
        }
        tellFill(cache, filled, TranslationCache.way(entry), FillCause.SECOND_LEVEL);
        return frame(linear, filled);
    }

    private static int frame(int linear, long entry) {
        int frame = TranslationCache.frame(entry);
        return TranslationCache.large(entry) ? frame + (linear >>> LinearAddress.PAGE_SHIFT & LARGE_MASK) : frame;
    }

    private void reportIfChanged(int linear, int kind, TranslationCache cache, long entry) {
        if (TranslationCache.changed(entry)) {
            if (cache.tell(entry, linear >>> LinearAddress.PAGE_SHIFT, use(kind))) {
                events.changedEntryUsed(
                        clock.now(),
                        cache.name().ordinal(),
                        cache.set(TranslationCache.key(entry)),
                        TranslationCache.way(entry),
                        LinearAddress.unsigned(linear),
                        kind,
                        registers.cpl,
                        LinearAddress.unsigned(registers.ip));
            }
        }
    }

    /** A number for the access kind and what protects from it, below eight: fetches and user mode have no regard for AC. */
    private int use(int kind) {
        if (registers.cpl == 3) {
            return kind << 1 | 1;
        }
        return registers.ac && kind != FETCH ? WITH_AC | kind : kind << 1;
    }

    /**
     * Walks the paging structures (SDM volume 3A, 4.3 and 4.6 to 4.8), sets A and D, and fills.
     *
     * @param held the first-level cache that has a clean translation of the page, null when none has
     * @param entry that translation, 0 when none
     */
    private int walk(int linear, int kind, FillCause cause, TranslationCache held, long entry) {
        int slot = LinearAddress.directorySlot(linear);
        int directory = Entries.frame(registers.cr3);
        walkReferences = 0;
        walkTable = TranslationCache.NOWHERE;
        walkPte = 0;
        walkPdeAt = directory * PhysicalMemory.FRAME_WORDS + slot;
        readDirectoryEntry(linear, kind, slot, directory, cause == FillCause.MISS);
        if (!Entries.present(walkPde)) {
            return fault(linear, 0, kind, walkReferences);
        }
        // The cache of directory entries holds only references to tables, whatever PS means by now.
        boolean large = !walkFromCache && Entries.large(walkPde, registers.cr4);
        int leaf = walkPde;
        int rights = walkPde;
        if (large) {
            if ((walkPde & reserved.largePde()) != 0) {
                return fault(linear, PageFaultCode.PRESENT | PageFaultCode.RESERVED, kind, walkReferences);
            }
        } else {
            int table = Entries.frame(walkPde);
            int tableSlot = LinearAddress.tableSlot(linear);
            walkTable = walkFromChanged ? TranslationCache.tableOf(memory.read(directory, slot), registers.cr4) : table;
            walkPte = reference(table, tableSlot);
            int code = !Entries.present(walkPte)
                    ? 0
                    : (walkPte & reserved.pte(registers.cr4)) != 0
                            ? PageFaultCode.PRESENT | PageFaultCode.RESERVED
                            : -1;
            if (code >= 0) {
                markDirectoryEntry(directory, slot);
                return fault(linear, code, kind, walkReferences);
            }
            leaf = walkPte;
            rights &= walkPte;
        }
        walkState = (rights & Entries.WRITABLE) >> 1 | (rights & Entries.USER) >> 1;
        if (!permissions.allows(kind, walkState)) {
            if (!large) {
                markDirectoryEntry(directory, slot);
            }
            return fault(linear, PageFaultCode.PRESENT, kind, walkReferences);
        }
        if (large) {
            walkPde = mark(directory, slot, kind);
            leaf = walkPde;
        } else {
            markDirectoryEntry(directory, slot);
            walkPte = mark(Entries.frame(walkPde), LinearAddress.tableSlot(linear), kind);
            leaf = walkPte;
            fillWalkCache(slot, linear);
        }
        return fill(linear, kind, large, leaf, cause, held, entry);
    }

    private void readDirectoryEntry(int linear, int kind, int slot, int directory, boolean mayUseCache) {
        walkFromCache = false;
        walkFromChanged = false;
        if (mayUseCache && walkCache != null) {
            long cached = walkCache.find(slot, false);
            if (cached != 0) {
                reportIfChanged(linear, kind, walkCache, cached);
                walkPde = walkCache.pde[walkCache.index(cached)];
                walkFromCache = true;
                walkFromChanged = TranslationCache.changed(cached);
                return;
            }
        }
        walkPde = reference(directory, slot);
    }

    private int reference(int frame, int slot) {
        walkReferences++;
        clock.advance(costs.walkReference());
        return memory.read(frame, slot);
    }

    /** Sets A of the PDE that a walk read from memory. */
    private void markDirectoryEntry(int directory, int slot) {
        if (!walkFromCache) {
            walkPde = markBits(directory, slot, Entries.ACCESSED);
        }
    }

    /** Sets A of a leaf, and D for a write, in one update. */
    private int mark(int frame, int slot, int kind) {
        return markBits(frame, slot, kind == WRITE ? Entries.ACCESSED | Entries.DIRTY : Entries.ACCESSED);
    }

    private int markBits(int frame, int slot, int bits) {
        // Read again: in the recursive window the leaf can be the word that the directory step has just marked.
        int was = memory.read(frame, slot);
        int now = was | bits;
        if (now != was) {
            memory.write(frame, slot, now);
            if (live.isLive(frame)) {
                live.changed(frame, slot, was, now, EntryCause.WALK);
            }
        }
        return now;
    }

    private void fillWalkCache(int slot, int linear) {
        if (walkCache == null || walkFromCache) {
            return;
        }
        long filled = walkCache.fill(
                walkCache.find(slot, false), slot, false, 0, 0, walkPde, walkPdeAt, 0, TranslationCache.NOWHERE);
        events.walkCacheFilled(
                clock.now(),
                walkCache.set(slot),
                TranslationCache.way(filled),
                LinearAddress.unsigned(linear & Entries.LARGE_FRAME_MASK),
                Entries.told(walkPde));
    }

    private int fill(
            int linear, int kind, boolean large, int leaf, FillCause cause, TranslationCache held, long entry) {
        long bits = walkState;
        if ((leaf & Entries.DIRTY) != 0) {
            bits |= TranslationCache.DIRTY;
        }
        if ((leaf & Entries.GLOBAL) != 0 && (registers.cr4 & ControlBits.CR4_PGE) != 0) {
            bits |= TranslationCache.GLOBAL;
        }
        int base = large ? Entries.largeFrame(leaf) : Entries.frame(leaf);
        int secondWay = fillSecondLevel(linear, large, base, bits);
        TranslationCache cache = firstLevelFor(kind, large);
        long old = entry;
        if (held != null && cache != held) {
            // The page's size changed under a clean translation, which stays; the other array may have one as well.
            int page = linear >>> LinearAddress.PAGE_SHIFT;
            old = cache.find(large ? page >>> LARGE_PAGES : page, large);
        }
        long filled = fillFirstLevel(cache, old, linear, large, base, bits);
        if (walkFromChanged) {
            cache.markChanged(filled);
        }
        tellFill(cache, filled, secondWay, cause);
        return frame(linear, filled);
    }

    private TranslationCache firstLevelFor(int kind, boolean large) {
        TranslationCache whole = kind == FETCH ? fetch4M : data4M;
        return large && whole != null ? whole : kind == FETCH ? fetch4K : data4K;
    }

    private long fillFirstLevel(TranslationCache cache, long old, int linear, boolean large, int base, long bits) {
        int page = linear >>> LinearAddress.PAGE_SHIFT;
        boolean whole = large && cache != data4K && cache != fetch4K;
        int key = whole ? page >>> LARGE_PAGES : page;
        int frame = large && !whole ? base + (page & LARGE_MASK) : base;
        long all = large && !whole ? bits | TranslationCache.FRAGMENT : bits;
        return cache.fill(old, key, whole, frame, all, walkPde, walkPdeAt, walkPte, walkTable);
    }

    /** Fills the second level by a walk; returns the way, or -1 when there is none for this page size. */
    private int fillSecondLevel(int linear, boolean large, int base, long bits) {
        if (secondLevel == null || large && !profile.secondLevelHolds4M()) {
            return -1;
        }
        int page = linear >>> LinearAddress.PAGE_SHIFT;
        int key = large ? page >>> LARGE_PAGES : page;
        long old = secondLevel.find(key, large);
        long filled = secondLevel.fill(old, key, large, base, bits, walkPde, walkPdeAt, walkPte, walkTable);
        if (walkFromChanged) {
            secondLevel.markChanged(filled);
        }
        return TranslationCache.way(filled);
    }

    private void tellFill(TranslationCache cache, long filled, int secondWay, FillCause cause) {
        int key = TranslationCache.key(filled);
        int state = (int) filled & TranslationCache.STATE_MASK;
        int rights = Rights.READ
                | Rights.EXECUTE
                | ((state & TranslationCache.WRITABLE) != 0 ? Rights.WRITE : 0)
                | ((state & TranslationCache.USER) != 0 ? Rights.USER : 0);
        events.tlbFilled(
                clock.now(),
                cache.name().ordinal(),
                cache.set(key),
                TranslationCache.way(filled),
                secondWay,
                TranslationCache.large(filled) ? (long) key << LARGE_PAGES : key,
                Entries.told(walkPde),
                Entries.told(walkPte),
                rights,
                (filled & TranslationCache.DIRTY) != 0 ? 1 : 0,
                (filled & TranslationCache.GLOBAL) != 0 ? 1 : 0,
                cause.ordinal(),
                walkReferences);
    }

    /** Drops what the page fault drops, and tells it and the fault (SDM volume 3A, 4.7 and 4.10.4.1). */
    private int fault(int linear, int code, int kind, int references) {
        faultLinear = linear;
        faultReferences = references;
        faultCode = code
                | (kind == WRITE ? PageFaultCode.WRITE : 0)
                | (registers.cpl == 3 ? PageFaultCode.USER : 0)
                | (kind == FETCH && (registers.cr4 & ControlBits.CR4_SMEP) != 0 ? PageFaultCode.INSTRUCTION : 0);
        int slots = walkCache == null ? 0 : walkCache.dropKey(LinearAddress.directorySlot(linear));
        invalidate(FlushCause.PAGE_FAULT, linear, slots);
        registers.cr2 = linear;
        events.pageFaulted(
                clock.now(),
                LinearAddress.unsigned(linear),
                faultCode,
                LinearAddress.unsigned(registers.ip),
                LinearAddress.unsigned(registers.sp),
                registers.cpl,
                registers.ac ? 1 : 0,
                faultReferences);
        return FAULT;
    }

    /** INVLPG (SDM volume 3A, 4.10.4.1): the page in every TLB, global or not, and the whole cache of directory entries. */
    void invlpg(int linear) {
        clock.advance(costs.invlpg());
        invalidate(FlushCause.INVLPG, linear, walkCache == null ? 0 : walkCache.flush(false));
    }

    private void invalidate(FlushCause cause, int linear, int walkCacheDropped) {
        int dropped = 0;
        int kept = 0;
        for (TranslationCache cache : caches) {
            if (cache != walkCache) {
                dropped += cache.invalidate(linear >>> LinearAddress.PAGE_SHIFT);
                kept += cache.valid();
            }
        }
        events.tlbInvalidated(
                clock.now(), cause.ordinal(), LinearAddress.unsigned(linear), dropped, kept, walkCacheDropped);
    }

    /** Drops everything, but global entries for a write of CR3, and tells it. */
    void flush(FlushCause cause) {
        boolean keepGlobal = cause == FlushCause.CR3_WRITE && (registers.cr4 & ControlBits.CR4_PGE) != 0;
        int dropped = 0;
        int kept = 0;
        for (TranslationCache cache : caches) {
            if (cache != walkCache) {
                dropped += cache.flush(keepGlobal);
                kept += cache.valid();
                if (keepGlobal && cache.valid() != 0) {
                    cache.rebase(memory, Entries.frame(registers.cr3), registers.cr4, NOT_COUNTED);
                }
            }
        }
        int walkCacheDropped = walkCache == null ? 0 : walkCache.flush(false);
        events.tlbFlushed(clock.now(), cause.ordinal(), dropped, kept, walkCacheDropped);
    }

    /** CR4.PSE changed and nothing was dropped: marks what a walk would now find of another size. */
    void pageSizesChanged() {
        for (TranslationCache cache : caches) {
            cache.rebase(memory, Entries.frame(registers.cr3), registers.cr4, NOT_COUNTED);
        }
    }

    /** A store changed a word of a live paging structure: marks what it no longer agrees with. */
    void wordChanged(int frame, int slot, int was, int now) {
        int wordAt = frame * PhysicalMemory.FRAME_WORDS + slot;
        int table = TranslationCache.tableOf(now, registers.cr4);
        boolean wasPresent = Entries.present(was);
        for (TranslationCache cache : caches) {
            cache.wordChanged(wordAt, table, wasPresent);
        }
    }
}

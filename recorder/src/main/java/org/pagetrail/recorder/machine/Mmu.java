package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.PageFaultCode;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.ia32.ReservedBits;
import org.pagetrail.traces.profile.Costs;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * The paging unit: translates linear addresses through its TLBs and page walks, and tells what changes by it.
 *
 * <p>A fault is a result: {@link #translate} answers {@link #FAULT}, and {@link #faultLinear} and {@link #faultCode} say which.
 * Translations that software should have dropped are served as hardware would serve them.
 */
public final class Mmu {
    /** Instead of a frame: the access raised #PF. */
    public static final int FAULT = -1;

    static final int WRITE = AccessKind.WRITE.ordinal();
    static final int FETCH = AccessKind.FETCH.ordinal();
    static final int LARGE_PAGES = LinearAddress.LARGE_PAGE_SHIFT - LinearAddress.PAGE_SHIFT;

    /** The uses 6 and 7: a supervisor's read and write with EFLAGS.AC=1. */
    private static final int WITH_AC = 6;

    final PhysicalMemory memory;
    private final LiveStructures live;
    private final TraceEvents events;
    private final Clock clock;
    final Registers registers;
    private final MachineProfile profile;
    private final Costs costs;
    final ReservedBits reserved;
    final Permissions permissions = new Permissions();
    private final AccessCounts counts;
    private final Foresight foresight;
    private final PlainAccesses plainAccesses;

    /** Whether plain accesses may be served as such. */
    private boolean quick = true;

    /** An access by itself, as an array of one. */
    private final long[] single = new long[1];

    /** Whether a 4 MB entry may be held: then a miss of a 4 KB page is none yet. */
    private boolean largeHeld;

    private final Tlbs tlbs;

    // Of these, what most accesses need.
    private final TranslationCache data4K;
    private final TranslationCache fetch4K;
    private final TranslationCache secondLevel;
    private final TranslationCache walkCache;

    /** Whether a first-level translation of a 4 MB page goes before one of a 4 KB page that is held as well. */
    final boolean largeFirst;

    private final long[] uses = new long[TranslationCache.STATE_MASK + 1];
    private long manner;

    boolean paging;
    int directory;

    private int upperFrame;
    private int faultLinear;
    private int faultCode;
    private int faultReferences;

    // What the last walk found, for the fill that follows.
    private int walkPde;
    private int walkPte;
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
        largeFirst = profile.largePageServesFirst();
        tlbs = new Tlbs(profile);
        data4K = tlbs.data4K;
        fetch4K = tlbs.fetch4K;
        secondLevel = tlbs.secondLevel;
        walkCache = tlbs.walkCache;
        foresight = new Foresight(this);
        plainAccesses = new PlainAccesses(profile, memory, counts, clock, events, tlbs);
        controlChanged();
    }

    /** The translation caches. */
    Tlbs tlbs() {
        return tlbs;
    }

    /** The linear address of the last fault. */
    public int faultLinear() {
        return faultLinear;
    }

    /** The error code of the last fault. */
    public int faultCode() {
        return faultCode;
    }

    /** Takes the way that has all rules for every access from now on: what plain accesses come to must be the same either way. */
    void takeTime() {
        quick = false;
        armHits();
    }

    /** Takes over what a control register now says. */
    void controlChanged() {
        paging = (registers.cr0 & ControlBits.CR0_PG) != 0;
        directory = Entries.frame(registers.cr3);
        plainAccesses.control(directory, reserved.pte(registers.cr4), globalBit());
        permissions.uses(registers, uses);
        privilegeChanged();
        armHits();
    }

    /** The bit of a leaf entry that makes its translation global, 0 when none does. */
    private int globalBit() {
        return (registers.cr4 & ControlBits.CR4_PGE) != 0 ? Entries.GLOBAL : 0;
    }

    /** Takes over what the privilege level or EFLAGS.AC now says. */
    void privilegeChanged() {
        permissions.update(registers);
        manner = Permissions.manner(registers);
        plainAccesses.manner(manner);
    }

    /** Says what serves an access at once: nothing, while an entry that would go before it may be held. */
    private void armHits() {
        plainAccesses.misses(quick && paging && !largeHeld);
        long atOnce = quick && paging && !(largeFirst && tlbs.firstLevelHoldsLarge()) ? Access.ALL_KINDS : 0;
        data4K.serve(uses, atOnce);
        fetch4K.serve(uses, atOnce);
    }

    /**
     * Translates the address of one access and lets its cycles pass.
     *
     * @param kind the ordinal of an {@link AccessKind}
     * @return the page frame, or {@link #FAULT}, which was told
     */
    int translate(int linear, int kind) {
        long access = Access.of(linear, kind);
        long translation = (kind == FETCH ? fetch4K : data4K).hit(access, manner);
        if (translation != 0) {
            counts.byKind[kind]++;
            return Access.frame(translation);
        }
        if (paging) {
            single[0] = access;
            if (plainAccesses.serve(single, 0, 1) == 1) {
                return (int) (plainAccesses.checksum() >>> LinearAddress.PAGE_SHIFT);
            }
        }
        return translateSlowly(linear, kind);
    }

    /** Those accesses that need no care, many at once. */
    PlainAccesses plainAccesses() {
        return plainAccesses;
    }

    /**
     * Translates an access that may cross into the next page: then it is two translations, and none at all when the second would
     * fault, but for that fault.
     *
     * @param bytes how many, up to a page
     * @return the frame of the first byte, or {@link #FAULT}, which was told
     */
    int translate(int linear, int bytes, int kind) {
        int last = linear + bytes - 1;
        if ((linear ^ last) >>> LinearAddress.PAGE_SHIFT == 0) {
            int frame = translate(linear, kind);
            upperFrame = frame;
            return frame;
        }
        int upper = last & -LinearAddress.PAGE_BYTES;
        boolean upperNow = foresight.allows(upper, kind);
        if (foresight.allows(linear, kind)) {
            boolean upperNext = foresight.allowsNext(upper, kind);
            if (!upperNow && !upperNext) {
                return translate(upper, kind);
            }
            if (!upperNext) {
                // What would serve the second page gives way to a walk for the first: so it serves before that.
                keep(linear, kind);
                upperFrame = translate(upper, kind);
                return translate(linear, kind);
            }
            keep(upper, kind);
        }
        int frame = translate(linear, kind);
        if (frame != FAULT) {
            upperFrame = translate(upper, kind);
        }
        return frame == FAULT || upperFrame == FAULT ? FAULT : frame;
    }

    /** Makes what serves a page the most recent, so that nothing that is filled next pushes it out. */
    void keep(int linear, int kind) {
        int page = linear >>> LinearAddress.PAGE_SHIFT;
        int whole = page >>> LARGE_PAGES;
        TranslationCache large = kind == FETCH ? tlbs.fetch4M : tlbs.data4M;
        (kind == FETCH ? fetch4K : data4K).find(page, false);
        if (large != null) {
            large.find(whole, true);
        }
        if (secondLevel != null) {
            secondLevel.find(page, false);
            secondLevel.find(whole, true);
        }
        if (walkCache != null) {
            walkCache.find(whole, false);
        }
    }

    /** The frame of the last byte of the access that was translated last. */
    int upperFrame() {
        return upperFrame;
    }

    /** Translates the address of an access of whatever kind, as {@link #translate} does for those that need care. */
    int translateSlowly(int linear, int kind) {
        counts.byKind[kind]++;
        int page = linear >>> LinearAddress.PAGE_SHIFT;
        if (!paging) {
            counts.unpaged++;
            return page;
        }
        TranslationCache small = kind == FETCH ? fetch4K : data4K;
        TranslationCache large = kind == FETCH ? tlbs.fetch4M : tlbs.data4M;
        int inSmall = small.peek(page, false);
        int inLarge = large == null ? TranslationCache.NONE : large.peek(page >>> LARGE_PAGES, true);
        if (inLarge != TranslationCache.NONE && (largeFirst || inSmall == TranslationCache.NONE)) {
            return firstLevel(linear, kind, large, large.find(page >>> LARGE_PAGES, true));
        }
        if (inSmall != TranslationCache.NONE) {
            return firstLevel(linear, kind, small, small.find(page, false));
        }
        if (secondLevel != null) {
            int place = findSecondLevel(page);
            if (place != TranslationCache.NONE) {
                return secondLevel(linear, kind, place);
            }
        }
        counts.walks++;
        return walk(linear, kind, FillCause.MISS, null, TranslationCache.NONE);
    }

    private int findSecondLevel(int page) {
        int place = secondLevel.find(largeFirst ? page >>> LARGE_PAGES : page, largeFirst);
        return place != TranslationCache.NONE
                ? place
                : secondLevel.find(largeFirst ? page : page >>> LARGE_PAGES, !largeFirst);
    }

    private int firstLevel(int linear, int kind, TranslationCache cache, int place) {
        int state = cache.state(place);
        reportIfChanged(linear, kind, cache, place);
        if (!permissions.allows(kind, state)) {
            return fault(linear, PageFaultCode.PRESENT, kind, 0);
        }
        if (kind == WRITE && (state & TranslationCache.DIRTY) == 0) {
            counts.walks++;
            return walk(linear, kind, FillCause.DIRTY, cache, place);
        }
        return cache.frame(place, linear >>> LinearAddress.PAGE_SHIFT);
    }

    private int secondLevel(int linear, int kind, int place) {
        int state = secondLevel.state(place);
        clock.advance(costs.secondLevelHit());
        reportIfChanged(linear, kind, secondLevel, place);
        if (!permissions.allows(kind, state)) {
            counts.secondLevelHits++;
            return fault(linear, PageFaultCode.PRESENT, kind, 0);
        }
        if (kind == WRITE && (state & TranslationCache.DIRTY) == 0) {
            counts.walks++;
            return walk(linear, kind, FillCause.DIRTY, null, TranslationCache.NONE);
        }
        counts.secondLevelHits++;
        walkPde = secondLevel.rawPde(place);
        walkPte = secondLevel.rawPte(place);
        walkReferences = 0;
        boolean large = secondLevel.large(place);
        TranslationCache cache = firstLevelFor(kind, large);
        int filled = fillFirstLevel(cache, TranslationCache.NONE, linear, large);
        if (secondLevel.changed(place)) {
            cache.markChanged(filled);
        }
        tellFill(cache, filled, secondLevel.way(place), FillCause.SECOND_LEVEL);
        return cache.frame(filled, linear >>> LinearAddress.PAGE_SHIFT);
    }

    private void reportIfChanged(int linear, int kind, TranslationCache cache, int place) {
        if (!cache.changed(place)) {
            return;
        }
        int pde = memory.read(directory, LinearAddress.directorySlot(linear));
        boolean tableNow = Entries.present(pde) && !Entries.large(pde, registers.cr4);
        if (cache.tell(place, linear >>> LinearAddress.PAGE_SHIFT, use(kind), tableNow)) {
            events.changedEntryUsed(
                    clock.now(),
                    cache.name().ordinal(),
                    cache.set(cache.key(place)),
                    cache.way(place),
                    LinearAddress.unsigned(linear),
                    kind,
                    registers.cpl,
                    LinearAddress.unsigned(registers.instruction()));
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
     * @param place that translation's place
     */
    private int walk(int linear, int kind, FillCause cause, TranslationCache held, int place) {
        int slot = LinearAddress.directorySlot(linear);
        walkReferences = 0;
        walkPte = 0;
        readDirectoryEntry(linear, kind, slot, cause == FillCause.MISS);
        if (!Entries.present(walkPde)) {
            return fault(linear, 0, kind, walkReferences);
        }
        // The cache of directory entries holds only references to tables, whatever PS means by now.
        boolean large = !walkFromCache && Entries.large(walkPde, registers.cr4);
        int rights = walkPde;
        if (large) {
            if ((walkPde & reserved.largePde()) != 0) {
                return fault(linear, PageFaultCode.PRESENT | PageFaultCode.RESERVED, kind, walkReferences);
            }
        } else {
            walkPte = reference(Entries.frame(walkPde), LinearAddress.tableSlot(linear));
            int code = !Entries.present(walkPte)
                    ? 0
                    : (walkPte & reserved.pte(registers.cr4)) != 0
                            ? PageFaultCode.PRESENT | PageFaultCode.RESERVED
                            : -1;
            if (code >= 0) {
                markDirectoryEntry(slot);
                return fault(linear, code, kind, walkReferences);
            }
            rights &= walkPte;
        }
        if (!permissions.allows(kind, state(rights))) {
            if (!large) {
                markDirectoryEntry(slot);
            }
            return fault(linear, PageFaultCode.PRESENT, kind, walkReferences);
        }
        if (large) {
            walkPde = mark(walkPde, directory, slot, kind);
        } else {
            markDirectoryEntry(slot);
            walkPte = mark(walkPte, Entries.frame(walkPde), LinearAddress.tableSlot(linear), kind);
            fillWalkCache(slot, linear);
        }
        return fill(linear, kind, large, cause, held, place);
    }

    /** The rights of an entry as a TLB entry has them. */
    static int state(int rights) {
        return (rights & (Entries.WRITABLE | Entries.USER)) >> 1;
    }

    private void readDirectoryEntry(int linear, int kind, int slot, boolean mayUseCache) {
        walkFromCache = false;
        walkFromChanged = false;
        if (mayUseCache && walkCache != null) {
            int place = walkCache.find(slot, false);
            if (place != TranslationCache.NONE) {
                reportIfChanged(linear, kind, walkCache, place);
                walkPde = walkCache.rawPde(place);
                walkFromCache = true;
                walkFromChanged = walkCache.changed(place);
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
    private void markDirectoryEntry(int slot) {
        if (!walkFromCache && (walkPde & Entries.ACCESSED) == 0) {
            walkPde = markBits(directory, slot, Entries.ACCESSED);
        }
    }

    /** Sets A of a leaf, and D for a write, in one update. */
    private int mark(int entry, int frame, int slot, int kind) {
        int bits = kind == WRITE ? Entries.ACCESSED | Entries.DIRTY : Entries.ACCESSED;
        return (entry & bits) == bits ? entry : markBits(frame, slot, bits);
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
        int filled = walkCache.fill(walkCache.find(slot, false), slot, 0, walkPde, 0);
        events.walkCacheFilled(
                clock.now(),
                walkCache.set(slot),
                walkCache.way(filled),
                LinearAddress.unsigned(linear & Entries.LARGE_FRAME_MASK),
                Entries.told(walkPde));
    }

    private int fill(int linear, int kind, boolean large, FillCause cause, TranslationCache held, int place) {
        largeHeld |= large;
        plainAccesses.misses(quick && !largeHeld);
        int secondWay = fillSecondLevel(linear, large, cause);
        TranslationCache cache = firstLevelFor(kind, large);
        int old = place;
        if (held != null && cache != held) {
            // The page's size changed under a clean translation, which stays; the other array may have one as well.
            int page = linear >>> LinearAddress.PAGE_SHIFT;
            old = cache.find(large ? page >>> LARGE_PAGES : page, large);
        }
        int filled = fillFirstLevel(cache, old, linear, large);
        if (walkFromChanged) {
            cache.markChanged(filled);
        }
        tellFill(cache, filled, secondWay, cause);
        return cache.frame(filled, linear >>> LinearAddress.PAGE_SHIFT);
    }

    /** Whether a second level takes translations of 4 MB pages. */
    boolean secondLevelHolds4M() {
        return profile.secondLevelHolds4M();
    }

    /** The first-level array that a translation is filled into. */
    TranslationCache firstLevelFor(int kind, boolean large) {
        TranslationCache whole = kind == FETCH ? tlbs.fetch4M : tlbs.data4M;
        return large && whole != null ? whole : kind == FETCH ? fetch4K : data4K;
    }

    private int fillFirstLevel(TranslationCache cache, int old, int linear, boolean large) {
        int page = linear >>> LinearAddress.PAGE_SHIFT;
        boolean whole = large && cache != data4K && cache != fetch4K;
        int size = whole ? Places.LARGE : large ? Places.FRAGMENT : 0;
        int filled = cache.fill(old, whole ? page >>> LARGE_PAGES : page, size, walkPde, walkPte);
        if (largeFirst) {
            armHits();
        }
        return filled;
    }

    /** Fills the second level by a walk; returns the way, or -1 when there is none for this page size. */
    private int fillSecondLevel(int linear, boolean large, FillCause cause) {
        if (secondLevel == null || large && !profile.secondLevelHolds4M()) {
            return -1;
        }
        int page = linear >>> LinearAddress.PAGE_SHIFT;
        int key = large ? page >>> LARGE_PAGES : page;
        // A miss found none there.
        int old = cause == FillCause.MISS ? TranslationCache.NONE : secondLevel.peek(key, large);
        int filled = secondLevel.fill(old, key, large ? Places.LARGE : 0, walkPde, walkPte);
        if (walkFromChanged) {
            secondLevel.markChanged(filled);
        }
        return secondLevel.way(filled);
    }

    private void tellFill(TranslationCache cache, int place, int secondWay, FillCause cause) {
        int key = cache.key(place);
        int state = cache.state(place);
        events.tlbFilled(
                clock.now(),
                cache.name().ordinal(),
                cache.set(key),
                cache.way(place),
                secondWay,
                cache.large(place) ? (long) key << LARGE_PAGES : key,
                Entries.told(walkPde),
                Entries.told(walkPte),
                TranslationCache.rights(state),
                (state & TranslationCache.DIRTY) != 0 ? 1 : 0,
                cache.global(place),
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
        int slots = tlbs.dropDirectoryEntry(LinearAddress.directorySlot(linear));
        invalidate(FlushCause.PAGE_FAULT, linear, slots);
        registers.cr2 = linear;
        events.pageFaulted(
                clock.now(),
                LinearAddress.unsigned(linear),
                faultCode,
                LinearAddress.unsigned(registers.instruction()),
                LinearAddress.unsigned(registers.sp),
                registers.cpl,
                registers.ac ? 1 : 0,
                faultReferences);
        return FAULT;
    }

    /** INVLPG (SDM volume 3A, 4.10.4.1): the page in every TLB, global or not, and the whole cache of directory entries. */
    void invlpg(int linear) {
        clock.advance(costs.invlpg());
        invalidate(FlushCause.INVLPG, linear, tlbs.flushWalkCache());
    }

    private void invalidate(FlushCause cause, int linear, int walkCacheDropped) {
        int dropped = tlbs.invalidate(linear >>> LinearAddress.PAGE_SHIFT);
        if (largeFirst) {
            armHits();
        }
        events.tlbInvalidated(
                clock.now(), cause.ordinal(), LinearAddress.unsigned(linear), dropped, tlbs.valid(), walkCacheDropped);
    }

    /** Drops everything, but global entries for a write of CR3, and tells it. */
    void flush(FlushCause cause) {
        boolean keepGlobal = cause == FlushCause.CR3_WRITE && (registers.cr4 & ControlBits.CR4_PGE) != 0;
        int dropped = tlbs.flush(keepGlobal);
        // Not before: what was held until now is as it was filled, and a change of CR4.PGE drops all of it.
        tlbs.globalBit(globalBit());
        int walkCacheDropped = tlbs.flushWalkCache();
        int kept = tlbs.valid();
        if (kept != 0) {
            tlbs.rebase(memory, directory, registers.cr4);
        }
        largeHeld = tlbs.holdLarge();
        armHits();
        events.tlbFlushed(clock.now(), cause.ordinal(), dropped, kept, walkCacheDropped);
    }

    /** CR4.PSE changed and nothing was dropped: marks what a walk would now find of another size or refuse. */
    void pageSizesChanged() {
        tlbs.rebase(memory, directory, registers.cr4);
        tlbs.markReserved(reserved.pte(registers.cr4));
    }

    /** A store changed a word of a live paging structure: marks what it no longer agrees with. */
    void wordChanged(int frame, int slot, int was) {
        int only = live.onlyReference(frame);
        tlbs.wordChanged(memory, directory, registers.cr4, only, frame, slot, Entries.present(was));
    }
}

package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.Costs;

/**
 * First-level misses for which there is nothing to do but what nearly all of them need: to find a 4 KB page in the second level or by
 * a walk that finds every bit set, and to fill.
 *
 * <p>All that {@link Mmu} does for any miss, done for these in one go, as misses are what most of the time goes to. Whatever is not
 * plain is left alone before anything has changed: stale entries and fragments, 4 MB pages, bits to be set, rights that do not suffice.
 */
final class PlainMisses {
    private static final int LEAF_MASK = Entries.PRESENT | Entries.ACCESSED;
    private static final int TABLE_MASK = LEAF_MASK | Entries.PAGE_SIZE;
    private static final int SLOT_MASK = LinearAddress.SLOTS - 1;
    private static final int LARGE_PAGES = LinearAddress.LARGE_PAGE_SHIFT - LinearAddress.PAGE_SHIFT;

    private static final int MISS = FillCause.MISS.ordinal();
    private static final int SECOND_LEVEL = FillCause.SECOND_LEVEL.ordinal();

    private final PhysicalMemory memory;
    private final AccessCounts counts;
    private final Clock clock;
    private final TraceEvents events;
    private final TranslationCache second;
    private final TranslationCache walkCache;
    private final int secondLevelHit;
    private final int walkReference;

    private int directory;
    private int reservedPte;
    private int globalBit;

    PlainMisses(PhysicalMemory memory, AccessCounts counts, Clock clock, TraceEvents events, Tlbs tlbs, Costs costs) {
        this.memory = memory;
        this.counts = counts;
        this.clock = clock;
        this.events = events;
        second = tlbs.secondLevel;
        walkCache = tlbs.walkCache;
        secondLevelHit = costs.secondLevelHit();
        walkReference = costs.walkReference();
    }

    /** Takes over what control registers say: the directory's frame, the reserved bits of a PTE, and G if it counts. */
    void control(int directoryFrame, int reservedBits, int global) {
        directory = directoryFrame;
        reservedPte = reservedBits;
        globalBit = global;
    }

    /**
     * Serves an access whose page {@code first} does not hold, nor the 4 MB arrays.
     *
     * @param as in which manner, of {@link Access}
     * @return the translation at hand, 0 when the miss is not plain and nothing was done
     */
    long serve(TranslationCache first, long access, long as) {
        int page = Access.page(access);
        int place = first.plainVictim(page);
        if (place == TranslationCache.NONE) {
            return 0;
        }
        int held = second == null ? TranslationCache.NONE : second.peek(page, false);
        return held == TranslationCache.NONE
                ? walk(first, place, page, access, as)
                : fromSecond(first, place, held, page, access, as);
    }

    private long fromSecond(TranslationCache first, int place, int held, int page, long access, long as) {
        long entry = second.entry(held);
        if (!first.allows(entry, access, as)) {
            return 0;
        }
        second.use(held, page);
        counts.secondLevelHits++;
        clock.advance(secondLevelHit);
        long raw = second.raw(held);
        long translation = first.put(place, page, entry, raw);
        tell(first, place, page, second.way(held, page), entry, raw, SECOND_LEVEL, 0);
        return translation;
    }

    private long walk(TranslationCache first, int place, int page, long access, long as) {
        int slot = page >>> LARGE_PAGES;
        int cached = TranslationCache.NONE;
        int references = 2;
        int pde;
        if (walkCache == null) {
            pde = memory.read(directory, slot);
        } else {
            cached = walkCache.peek(slot, false);
            if (cached == TranslationCache.NONE || TranslationCache.changed(walkCache.entry(cached))) {
                return 0;
            }
            references = 1;
            pde = walkCache.rawPde(cached);
        }
        if ((pde & TABLE_MASK) != LEAF_MASK) {
            return 0;
        }
        int pte = memory.read(Entries.frame(pde), page & SLOT_MASK);
        long entry = TranslationCache.plainEntry(page, pde, pte, globalBit);
        int filled = second == null ? 0 : second.plainVictim(page);
        if ((pte & (LEAF_MASK | reservedPte)) != LEAF_MASK
                || !first.allows(entry, access, as)
                || filled == TranslationCache.NONE) {
            return 0;
        }
        if (walkCache != null) {
            walkCache.use(cached, slot);
        }
        counts.walks++;
        clock.advance((long) references * walkReference);
        long raw = (long) pde << Integer.SIZE | LinearAddress.unsigned(pte);
        int secondWay = -1;
        if (second != null) {
            second.put(filled, page, entry, raw);
            secondWay = second.way(filled, page);
        }
        long translation = first.put(place, page, entry, raw);
        tell(first, place, page, secondWay, entry, raw, MISS, references);
        return translation;
    }

    private void tell(
            TranslationCache first,
            int place,
            int page,
            int secondWay,
            long entry,
            long raw,
            int cause,
            int references) {
        events.tlbFilled(
                clock.now(),
                first.number(),
                first.set(page),
                first.way(place, page),
                secondWay,
                page,
                Entries.told((int) (raw >>> Integer.SIZE)),
                Entries.told((int) raw),
                TranslationCache.rights(entry),
                TranslationCache.dirty(entry),
                TranslationCache.global(entry),
                cause,
                references);
    }
}

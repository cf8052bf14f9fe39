package org.pagetrail.replay.state;

import java.util.Arrays;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/** All TLBs and the walk cache of a machine, changed as the TLB events say. */
final class TranslationCaches {
    /** The level whose entry an event calls the PDE. */
    private static final int DIRECTORY_LEVEL = 2;

    private static final Tlb[] TLBS = Tlb.values();

    private final PagingMode mode;
    private final boolean secondLevelHoldsLarge;
    private final TranslationCache[] tlbs = new TranslationCache[TLBS.length];
    private final int walkCacheSets;
    private final int walkCacheWays;
    private final long[] walkCacheLinears;
    private final long[] walkCacheEntries;
    private int lastDropped;
    private int lastKept;
    private int lastWalkCacheDropped;
    private int walkCacheChanges = 1;

    TranslationCaches(PagingMode mode, CacheShape shape) {
        this.mode = mode;
        this.secondLevelHoldsLarge = shape.secondLevelHoldsLarge();
        shape.arrays().forEach((tlb, size) -> {
            if (tlb != Tlb.WALK_CACHE) {
                tlbs[tlb.ordinal()] = new TranslationCache(tlb, size.sets(), size.ways());
            }
        });
        CacheShape.Ways walkCache = shape.arrays().getOrDefault(Tlb.WALK_CACHE, new CacheShape.Ways(0, 0));
        this.walkCacheSets = walkCache.sets();
        this.walkCacheWays = walkCache.ways();
        this.walkCacheLinears = new long[walkCache.sets() * walkCache.ways()];
        this.walkCacheEntries = new long[walkCacheLinears.length];
    }

    private TranslationCaches(TranslationCaches other) {
        this.mode = other.mode;
        this.secondLevelHoldsLarge = other.secondLevelHoldsLarge;
        for (int i = 0; i < tlbs.length; i++) {
            tlbs[i] = other.tlbs[i] == null ? null : other.tlbs[i].copy();
        }
        this.walkCacheSets = other.walkCacheSets;
        this.walkCacheWays = other.walkCacheWays;
        this.walkCacheLinears = other.walkCacheLinears.clone();
        this.walkCacheEntries = other.walkCacheEntries.clone();
        this.lastDropped = other.lastDropped;
        this.lastKept = other.lastKept;
        this.lastWalkCacheDropped = other.lastWalkCacheDropped;
    }

    TranslationCaches copy() {
        return new TranslationCaches(this);
    }

    void save(Packer out) {
        for (TranslationCache tlb : tlbs) {
            if (tlb != null) {
                tlb.save(out);
            }
        }
        for (int at = 0; at < walkCacheEntries.length; at++) {
            out.number(walkCacheEntries[at]);
            out.number(walkCacheEntries[at] == 0 ? 0 : walkCacheLinears[at]);
        }
        out.number(lastDropped);
        out.number(lastKept);
        out.number(lastWalkCacheDropped);
    }

    void load(Unpacker in) {
        for (TranslationCache tlb : tlbs) {
            if (tlb != null) {
                tlb.load(in);
            }
        }
        for (int at = 0; at < walkCacheEntries.length; at++) {
            walkCacheEntries[at] = in.number();
            walkCacheLinears[at] = in.number();
        }
        lastDropped = in.below(Integer.MAX_VALUE);
        lastKept = in.below(Integer.MAX_VALUE);
        lastWalkCacheDropped = in.below(Integer.MAX_VALUE);
    }

    /** Null when the machine has no such TLB. */
    TranslationCache tlb(Tlb tlb) {
        return tlbs[tlb.ordinal()];
    }

    int walkCacheWays() {
        return walkCacheWays;
    }

    int walkCacheSets() {
        return walkCacheSets;
    }

    /** The directory entry in this way of the walk cache, 0 when there is none. */
    long walkCacheWord(int set, int way) {
        return walkCacheEntries[set * walkCacheWays + way];
    }

    long walkCacheLinear(int set, int way) {
        return walkCacheLinears[set * walkCacheWays + way];
    }

    int lastDropped() {
        return lastDropped;
    }

    int lastKept() {
        return lastKept;
    }

    int lastWalkCacheDropped() {
        return lastWalkCacheDropped;
    }

    void filled(
            Tlb tlb,
            int set,
            int way,
            int secondLevelWay,
            long page,
            long pde,
            long pte,
            int rights,
            boolean dirty,
            boolean global,
            FillCause cause,
            long cr4) {
        boolean large = mode.kind(pde, DIRECTORY_LEVEL, cr4) == EntryKind.LEAF;
        array(tlb, set, way).fill(set, way, page, large, pde, pte, rights, dirty, global);
        if (secondLevelWay >= 0 && cause != FillCause.SECOND_LEVEL) {
            boolean whole = large && secondLevelHoldsLarge;
            long key = whole ? page >>> largeShift() : page;
            TranslationCache second = tlbs[Tlb.SECOND_LEVEL.ordinal()];
            int secondSet = second == null ? -1 : (int) (key & (second.sets() - 1));
            array(Tlb.SECOND_LEVEL, secondSet, secondLevelWay)
                    .fill(
                            secondSet,
                            secondLevelWay,
                            whole ? key << largeShift() : page,
                            large,
                            pde,
                            pte,
                            rights,
                            dirty,
                            global);
        }
    }

    /** Another number, not 0, than before once a way of the walk cache may be another. */
    int walkCacheChanges() {
        return walkCacheChanges;
    }

    /** By ordinal, null for what the machine does not have. */
    TranslationCache[] tlbs() {
        return tlbs;
    }

    boolean secondLevelHoldsLarge() {
        return secondLevelHoldsLarge;
    }

    void walkCacheFilled(int set, int way, long linear, long entry) {
        if (set < 0 || set >= walkCacheSets || way < 0 || way >= walkCacheWays) {
            throw noSuchWay(Tlb.WALK_CACHE, set, way);
        }
        walkCacheChanges++;
        int shift = mode.shift(DIRECTORY_LEVEL);
        walkCacheLinears[set * walkCacheWays + way] = linear >>> shift << shift;
        walkCacheEntries[set * walkCacheWays + way] = entry;
    }

    /** Drops what translates the address; of the walk cache all, or what serves the address. */
    void invalidate(long linear, boolean wholeWalkCache) {
        lastDropped = 0;
        lastKept = 0;
        for (TranslationCache tlb : tlbs) {
            if (tlb != null) {
                lastDropped += tlb.dropPage(linear >>> mode.shift(1), largeShift());
                lastKept += tlb.size();
            }
        }
        lastWalkCacheDropped = 0;
        walkCacheChanges++;
        int shift = mode.shift(DIRECTORY_LEVEL);
        for (int at = 0; at < walkCacheEntries.length; at++) {
            boolean serves = walkCacheLinears[at] >>> shift == linear >>> shift;
            if (walkCacheEntries[at] != 0 && (wholeWalkCache || serves)) {
                walkCacheEntries[at] = 0;
                lastWalkCacheDropped++;
            }
        }
    }

    /** Drops all but, when asked, the global entries; the walk cache whole. */
    void flush(boolean keepGlobal) {
        lastDropped = 0;
        lastKept = 0;
        for (TranslationCache tlb : tlbs) {
            if (tlb != null) {
                lastDropped += tlb.dropAll(keepGlobal);
                lastKept += tlb.size();
            }
        }
        lastWalkCacheDropped = 0;
        walkCacheChanges++;
        for (long entry : walkCacheEntries) {
            lastWalkCacheDropped += entry == 0 ? 0 : 1;
        }
        Arrays.fill(walkCacheEntries, 0);
    }

    private int largeShift() {
        return mode.shift(DIRECTORY_LEVEL) - mode.shift(1);
    }

    private TranslationCache array(Tlb tlb, int set, int way) {
        TranslationCache array = tlbs[tlb.ordinal()];
        if (array == null || !array.holds(set, way)) {
            throw noSuchWay(tlb, set, way);
        }
        return array;
    }

    private static TraceException noSuchWay(Tlb tlb, int set, int way) {
        return new TraceException("an event fills set " + set + ", way " + way + " of " + EventCatalog.code(tlb)
                + ", which the machine profile in the header does not have; the trace is damaged");
    }
}

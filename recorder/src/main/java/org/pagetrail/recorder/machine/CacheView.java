package org.pagetrail.recorder.machine;

import org.pagetrail.traces.ia32.LinearAddress;

/** A read-only look at a translation cache, by set and way. */
public final class CacheView {
    private static final int LARGE_PAGES = LinearAddress.LARGE_PAGE_SHIFT - LinearAddress.PAGE_SHIFT;

    private final TranslationCache cache;

    CacheView(TranslationCache cache) {
        this.cache = cache;
    }

    /** How many sets. */
    public int sets() {
        return cache.sets();
    }

    /** How many ways a set has. */
    public int ways() {
        return cache.ways();
    }

    /** Whether the way holds a translation. */
    public boolean valid(int set, int way) {
        return cache.valid(cache.place(set, way));
    }

    /** The first 4 KB page that it translates; for the cache of directory entries, the directory slot. */
    public int page(int set, int way) {
        int place = cache.place(set, way);
        return cache.large(place) ? cache.key(place) << LARGE_PAGES : cache.key(place);
    }

    /** Whether it comes from a 4 MB page. */
    public boolean large(int set, int way) {
        return cache.whole4M(cache.place(set, way));
    }

    /** The frame that it translates {@link #page} to. */
    public int frame(int set, int way) {
        return cache.frame(cache.place(set, way));
    }

    /** The directory entry that it was filled from. */
    public int pde(int set, int way) {
        return cache.rawPde(cache.place(set, way));
    }

    /** The table entry that it was filled from, 0 for a 4 MB page. */
    public int pte(int set, int way) {
        return cache.rawPte(cache.place(set, way));
    }

    /** Whether both levels allow writes. */
    public boolean writable(int set, int way) {
        return (cache.state(cache.place(set, way)) & TranslationCache.WRITABLE) != 0;
    }

    /** Whether both levels allow user mode. */
    public boolean user(int set, int way) {
        return (cache.state(cache.place(set, way)) & TranslationCache.USER) != 0;
    }

    /** Whether it was filled with D set. */
    public boolean dirty(int set, int way) {
        return (cache.state(cache.place(set, way)) & TranslationCache.DIRTY) != 0;
    }

    /** Whether a write of CR3 leaves it. */
    public boolean global(int set, int way) {
        return cache.global(cache.place(set, way)) != 0;
    }
}

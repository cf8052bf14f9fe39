package org.pagetrail.analyzer.hotspot;

/** The accesses of a trace by kind, and by what served them. */
public record Accesses(
        long reads, long writes, long fetches, long unpaged, long hits, long secondLevelHits, long walks) {
    static final Accesses NONE = new Accesses(0, 0, 0, 0, 0, 0, 0);

    /** All of them. */
    public long all() {
        return reads + writes + fetches;
    }

    Accesses plus(long[] f) {
        return new Accesses(
                reads + f[0],
                writes + f[1],
                fetches + f[2],
                unpaged + f[3],
                hits + f[4],
                secondLevelHits + f[5],
                walks + f[6]);
    }
}

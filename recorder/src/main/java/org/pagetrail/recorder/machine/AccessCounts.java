package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.TraceEvents;

/** Accesses by kind and by what served them, told in batches. */
final class AccessCounts {
    /** By {@link org.pagetrail.traces.event.AccessKind}. */
    final long[] byKind = new long[3];

    long unpaged;
    long secondLevelHits;
    long walks;

    /** Counts accesses of which so many were writes and fetches. */
    void add(long accesses, long writes, long fetches) {
        byKind[0] += accesses - writes - fetches;
        byKind[1] += writes;
        byKind[2] += fetches;
    }

    /** How many there are of all kinds. */
    long total() {
        return byKind[0] + byKind[1] + byKind[2];
    }

    /** Tells what has come together, if anything, and begins anew. */
    void tell(TraceEvents events, Clock clock) {
        if (total() == 0) {
            return;
        }
        long tick = clock.now();
        clock.countsTold();
        long reads = byKind[0];
        long writes = byKind[1];
        long fetches = byKind[2];
        long u = unpaged;
        long s = secondLevelHits;
        long w = walks;
        // What was served neither otherwise nor by a walk was a hit: counting hits would cost each of them.
        long h = reads + writes + fetches - u - s - w;
        byKind[0] = 0;
        byKind[1] = 0;
        byKind[2] = 0;
        unpaged = 0;
        secondLevelHits = 0;
        walks = 0;
        events.accessesCounted(tick, reads, writes, fetches, u, h, s, w);
    }
}

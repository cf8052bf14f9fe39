package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.TraceEvents;

/** Accesses by kind and by what served them, told in batches. */
final class AccessCounts {
    /** By {@link org.pagetrail.traces.event.AccessKind}. */
    final long[] byKind = new long[3];

    long unpaged;
    long hits;
    long secondLevelHits;
    long walks;

    /** Tells what has come together, if anything, and begins anew. */
    void tell(TraceEvents events, long tick) {
        if ((byKind[0] | byKind[1] | byKind[2]) == 0) {
            return;
        }
        long reads = byKind[0];
        long writes = byKind[1];
        long fetches = byKind[2];
        long u = unpaged;
        long h = hits;
        long s = secondLevelHits;
        long w = walks;
        byKind[0] = 0;
        byKind[1] = 0;
        byKind[2] = 0;
        unpaged = 0;
        hits = 0;
        secondLevelHits = 0;
        walks = 0;
        events.accessesCounted(tick, reads, writes, fetches, u, h, s, w);
    }
}

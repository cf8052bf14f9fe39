package org.pagetrail.recorder.machine;

/** Model cycles since the recording began. */
public final class Clock {
    private final AccessCounts counts;
    private final long cyclesOfAccess;
    private long passed;

    /**
     * A clock that every access moves.
     *
     * @param counts the accesses that have not been told yet; their cycles are reckoned when the time is asked for
     * @param cyclesOfAccess what each takes, whatever serves it
     */
    Clock(AccessCounts counts, long cyclesOfAccess) {
        this.counts = counts;
        this.cyclesOfAccess = cyclesOfAccess;
    }

    /** The tick. */
    public long now() {
        return passed + counts.total() * cyclesOfAccess;
    }

    /** Lets cycles pass. */
    void advance(long cycles) {
        passed += cycles;
    }

    /** Takes over the cycles of the accesses counted so far: they are about to be counted anew. */
    void countsTold() {
        passed = now();
    }
}

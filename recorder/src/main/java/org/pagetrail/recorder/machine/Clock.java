package org.pagetrail.recorder.machine;

/** Model cycles since the recording began. */
public final class Clock {
    private long now;

    /** The tick. */
    public long now() {
        return now;
    }

    /** Lets cycles pass. */
    void advance(long cycles) {
        now += cycles;
    }
}

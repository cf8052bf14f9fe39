package org.pagetrail.cli;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceReader;

/** The waiting of {@code view -f} for what a recorder writes next. */
final class Follower {
    private static final long MILLISECONDS = 50;

    private final TraceReader reader;
    private boolean last;

    Follower(TraceReader reader) {
        this.reader = reader;
    }

    /**
     * Waits a moment.
     *
     * @return whether to try for more events: not any more when the recorder has ended and what it left was tried for
     */
    boolean again() {
        if (last || reader.ending() == TraceEnding.COMPLETE || reader.ending() == TraceEnding.TRUNCATED) {
            return false;
        }
        // What it wrote between the last try and its end is still to be read.
        last = reader.ending() != TraceEnding.OPEN;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(MILLISECONDS));
        return true;
    }
}

package org.pagetrail.traces.event;

import java.util.SortedMap;

/**
 * What a trace that was closed says after its last event.
 *
 * @param events how many it holds
 * @param lastTick the tick of the last, 0 when there is none
 * @param digest SHA-256 over the block checksums, hexadecimal; the identity of the trace's events
 * @param counts how many of each kind, by {@link EventId}; kinds without events left out
 * @param truncated whether a repair closed it: these are the first events of a recording, of which there may have been more
 */
public record TraceClosing(
        long events, long lastTick, String digest, SortedMap<Integer, Long> counts, boolean truncated) {
    /** Of a recording that ended properly. */
    public TraceClosing(long events, long lastTick, String digest, SortedMap<Integer, Long> counts) {
        this(events, lastTick, digest, counts, false);
    }

    /** The same with another digest. */
    public TraceClosing withDigest(String other) {
        return new TraceClosing(events, lastTick, other, counts, truncated);
    }
}

package org.pagetrail.traces.event;

import java.util.SortedMap;

/**
 * What a complete trace says after its last event.
 *
 * @param events how many it holds
 * @param lastTick the tick of the last, 0 when there is none
 * @param digest SHA-256 over the block checksums, hexadecimal; the identity of the trace's events
 * @param counts how many of each kind, by {@link EventId}; kinds without events left out
 */
public record TraceClosing(long events, long lastTick, String digest, SortedMap<Integer, Long> counts) {}

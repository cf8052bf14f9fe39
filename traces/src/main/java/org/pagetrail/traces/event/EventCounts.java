package org.pagetrail.traces.event;

import java.util.SortedMap;
import java.util.TreeMap;

/** Counts events by kind. */
public final class EventCounts extends FlatEvents {
    private final long[] counts = new long[EventId.LIMIT];
    private long total;
    private long lastTick;

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        count(id, tick);
    }

    @Override
    public void tlbFilled(TlbFills fills) {
        if (fills.count() > 0) {
            count(EventId.TLB_FILLED, fills.words()[(fills.count() - 1) * TlbFills.WORDS], fills.count());
        }
    }

    /** Counts one event of this kind. */
    public void count(int id, long tick) {
        count(id, tick, 1);
    }

    /** Counts events of this kind, the last of which has this tick. */
    public void count(int id, long tick, int events) {
        counts[id] += events;
        total += events;
        lastTick = tick;
    }

    /** How many of this kind. */
    public long of(int id) {
        return counts[id];
    }

    /** How many of all kinds. */
    public long total() {
        return total;
    }

    /** The tick of the last event, 0 before the first. */
    public long lastTick() {
        return lastTick;
    }

    /** The counts by event number; kinds without events are left out. */
    public SortedMap<Integer, Long> byId() {
        SortedMap<Integer, Long> map = new TreeMap<>();
        for (int id = 0; id < counts.length; id++) {
            if (counts[id] != 0) {
                map.put(id, counts[id]);
            }
        }
        return map;
    }
}

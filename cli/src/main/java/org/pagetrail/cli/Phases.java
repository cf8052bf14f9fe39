package org.pagetrail.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;

/** What each phase of a trace took, in model cycles and events, and how many events of each kind there are. */
final class Phases extends FlatEvents {
    /** The name of what lies before the first phase. */
    static final String LOADED = "-";

    /**
     * A phase, or what lies between two.
     *
     * @param name the phase's name, {@link #LOADED} outside of any
     * @param firstOrdinal the ordinal of its first event
     * @param firstTick the tick at which it began
     * @param events how many
     * @param cycles how long it took
     */
    record Phase(String name, long firstOrdinal, long firstTick, long events, long cycles) {}

    private final Map<Long, String> symbols = new HashMap<>();
    private final List<Phase> phases = new ArrayList<>();
    private final long[] counts = new long[EventId.LIMIT];
    private String name = LOADED;
    private long firstOrdinal;
    private long firstTick;
    private long ordinal;
    private long lastTick;
    private int stopReason = -1;

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        lastTick = tick;
        counts[id]++;
        switch (id) {
            case EventId.SYMBOL_DEFINED -> symbols.put(fields[0], text);
            case EventId.PHASE_BEGAN -> turn(symbols.getOrDefault(fields[0], "?"), ordinal, tick);
            case EventId.MACHINE_STOPPED -> stopReason = (int) fields[0];
            default -> {}
        }
        ordinal++;
        if (id == EventId.PHASE_ENDED) {
            turn(LOADED, ordinal, tick);
        }
    }

    private void turn(String next, long at, long tick) {
        if (at > firstOrdinal) {
            phases.add(new Phase(name, firstOrdinal, firstTick, at - firstOrdinal, tick - firstTick));
        }
        name = next;
        firstOrdinal = at;
        firstTick = tick;
    }

    /** The phases so far, and what lies between them, in order. */
    List<Phase> phases() {
        List<Phase> all = new ArrayList<>(phases);
        if (ordinal > firstOrdinal) {
            all.add(new Phase(name, firstOrdinal, firstTick, ordinal - firstOrdinal, lastTick - firstTick));
        }
        return all;
    }

    /** How many events. */
    long events() {
        return ordinal;
    }

    /** The tick of the last event. */
    long lastTick() {
        return lastTick;
    }

    /** How many events of a kind. */
    long count(int id) {
        return counts[id];
    }

    /** The ordinal of the {@link org.pagetrail.traces.event.StopReason}, -1 when the trace does not say. */
    int stopReason() {
        return stopReason;
    }
}

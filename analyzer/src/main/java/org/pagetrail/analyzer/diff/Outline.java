package org.pagetrail.analyzer.diff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pagetrail.analyzer.diff.CostDifference.Measure;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlatEvents;

/** A recording part by part: which there are, and what each cost. */
final class Outline extends FlatEvents {
    private static final int WALKS_FIELD = 6;
    private static final int FILL_CAUSE_FIELD = 10;

    /** A part of a recording, as {@link Sections} names it. */
    static final class Part {
        final String name;
        final long[] costs = new long[Measure.values().length];
        private boolean hasEvents;

        Part(String name) {
            this.name = name;
        }

        private void add(Measure measure, long count) {
            costs[measure.ordinal()] += count;
        }
    }

    private final Sections sections = new Sections();
    private final Map<Long, String> symbols = new HashMap<>();
    private final Map<String, Part> parts = new HashMap<>();
    private final List<Part> inOrder = new ArrayList<>();
    private long events;
    private long lastTick;

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        // What passed before a phase began belongs to what was before it.
        String before = sections.current();
        String name = sections.enter(id, id == EventId.PHASE_BEGAN ? symbol(fields[0]) : null);
        if (tick != lastTick) {
            part(id == EventId.PHASE_BEGAN ? before : name).add(Measure.CYCLES, tick - lastTick);
        }
        if (id == EventId.SYMBOL_DEFINED) {
            symbols.put(fields[0], text);
        } else {
            Part part = part(name);
            part.hasEvents = true;
            count(part, id, fields);
        }
        sections.leave(id);
        lastTick = tick;
        events++;
    }

    private static void count(Part part, int id, long... fields) {
        switch (id) {
            case EventId.ACCESSES_COUNTED -> part.add(Measure.WALKS, fields[WALKS_FIELD]);
            case EventId.TLB_FILLED -> {
                boolean held = fields[FILL_CAUSE_FIELD] == FillCause.DIRTY.ordinal();
                part.add(Measure.MISSES, held ? 0 : 1);
            }
            case EventId.PAGE_FAULTED, EventId.DOUBLE_FAULTED, EventId.TRIPLE_FAULTED -> part.add(Measure.FAULTS, 1);
            default -> {}
        }
    }

    private String symbol(long id) {
        return symbols.getOrDefault(id, "#" + id);
    }

    private Part part(String name) {
        Part part = parts.get(name);
        if (part == null) {
            part = new Part(name);
            parts.put(name, part);
            inOrder.add(part);
        }
        return part;
    }

    /** The part of this name, or null. */
    Part find(String name) {
        return parts.get(name);
    }

    /** The names of all parts, in order. */
    List<String> names() {
        return inOrder.stream().map(part -> part.name).toList();
    }

    /** The names of the parts that have events, in order. */
    List<String> told() {
        return inOrder.stream()
                .filter(part -> part.hasEvents)
                .map(part -> part.name)
                .toList();
    }

    /** How many events, those that define symbols too. */
    long events() {
        return events;
    }

    long lastTick() {
        return lastTick;
    }
}

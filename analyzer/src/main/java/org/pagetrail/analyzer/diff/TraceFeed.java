package org.pagetrail.analyzer.diff;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pagetrail.replay.state.MapRange;
import org.pagetrail.replay.state.MapRegion;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FieldKind;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceReader;

/** One side of a comparison: the events of a trace one by one, each with its key and its part of the recording. */
final class TraceFeed extends FlatEvents {
    /** An event with what is needed to compare it. */
    static final class Told {
        final long ordinal;
        final long tick;
        final int id;
        final long[] fields;
        final long key;
        final String section;

        /** CR4 before the event: words mean what they mean under it. */
        final long cr4;

        /** The maps after a phase's end, else null. */
        final Map<String, List<MapRange>> maps;

        private Told(
                long ordinal,
                long tick,
                int id,
                long[] fields,
                long key,
                String section,
                long cr4,
                Map<String, List<MapRange>> maps) {
            this.ordinal = ordinal;
            this.tick = tick;
            this.id = id;
            this.fields = fields;
            this.key = key;
            this.section = section;
            this.cr4 = cr4;
            this.maps = maps;
        }
    }

    private final TraceReader reader;
    private final List<MapRegion> regions;
    private final StateBuilder builder;
    private final Sections sections = new Sections();
    private final Names names = new Names();
    private Told told;

    TraceFeed(TraceReader reader, List<MapRegion> regions) {
        this.reader = reader;
        this.regions = regions;
        builder = new StateBuilder(reader.header());
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        long cr4 = builder.state().register(ControlRegister.CR4);
        EventDispatch.dispatch(id, tick, fields, text, builder);
        names.note(id, fields, text);
        if (id == EventId.SYMBOL_DEFINED) {
            return;
        }
        String section = sections.enter(id, id == EventId.PHASE_BEGAN ? names.symbol(fields[0]) : null);
        told = new Told(
                reader.ordinal(),
                tick,
                id,
                Arrays.copyOf(fields, count),
                EventKeys.key(id, fields, names),
                section,
                cr4,
                id == EventId.PHASE_ENDED ? maps() : null);
        names.forget(id, fields);
        sections.leave(id);
    }

    /** The event that {@link #take} will return, or null at the end. Symbols are heard but not given out. */
    Told peek() {
        while (told == null && reader.next(this)) {}
        return told;
    }

    Told take() {
        Told taken = peek();
        told = null;
        return taken;
    }

    /** What each address space maps after the events that were read. */
    Map<String, List<MapRange>> maps() {
        return names.maps(builder.state(), regions);
    }

    String symbol(long id) {
        return names.symbol(id);
    }

    /** The event for people and programs outside. */
    TracedEvent traced(Told event) {
        Map<Long, String> symbols = new HashMap<>();
        EventField[] described = EventKeys.fields(event.id);
        for (int i = 0; i < event.fields.length; i++) {
            if (described[i].kind() == FieldKind.SYMBOL) {
                symbols.put(event.fields[i], symbol(event.fields[i]));
            }
        }
        return new TracedEvent(
                event.ordinal,
                event.tick,
                event.section,
                event.id,
                Arrays.stream(event.fields).boxed().toList(),
                symbols);
    }
}

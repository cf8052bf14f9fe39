package org.pagetrail.traces.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps every event that it is told, to be compared with others. */
public final class ToldEvents extends FlatEvents {
    /** An event as data. */
    public record Told(int id, long tick, List<Long> fields, String text) {
        /** Tells it again. */
        public void tell(TraceEvents out) {
            long[] values = fields.stream().mapToLong(Long::longValue).toArray();
            EventDispatch.dispatch(id, tick, values, text, out);
        }
    }

    private final List<Told> events = new ArrayList<>();

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        events.add(new Told(id, tick, Arrays.stream(fields, 0, count).boxed().toList(), text));
    }

    /** The events in order. */
    public List<Told> events() {
        return events;
    }
}

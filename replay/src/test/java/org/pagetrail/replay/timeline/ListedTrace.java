package org.pagetrail.replay.timeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.ia32.Ia32Paging;

/** A trace in a list: events told to it are read from it. */
final class ListedTrace extends FlatEvents {
    private record Told(int id, long tick, long[] fields, String text) {}

    private final List<Told> events = new ArrayList<>();

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        events.add(new Told(id, tick, fields.clone(), text));
    }

    int size() {
        return events.size();
    }

    /** Tells the events from {@code first} up to {@code end}, exclusive. */
    void tell(int first, int end, TraceEvents out) {
        for (Told told : events.subList(first, end)) {
            EventDispatch.dispatch(told.id, told.tick, told.fields, told.text, out);
        }
    }

    static TraceHeader header() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        ObjectNode profile = json.objectNode();
        profile.put("unified", false);
        for (String array : List.of("instruction4K", "data4K", "data4M", "secondLevel", "walkCache")) {
            profile.putObject(array).put("entries", 32).put("ways", 4);
        }
        profile.put("secondLevelHolds4M", true);
        ObjectNode none = json.objectNode();
        return new TraceHeader(
                TraceHeader.FORMAT,
                EventCatalog.DIGEST,
                "pagetrail test",
                Ia32Paging.NAME,
                "listed",
                1,
                64 << 20,
                none,
                "",
                profile,
                none,
                json.arrayNode(),
                none);
    }

    TraceReader read() {
        return new TraceReader() {
            private int next;

            @Override
            public TraceHeader header() {
                return ListedTrace.header();
            }

            @Override
            public boolean next(TraceEvents out) {
                if (next == events.size()) {
                    return false;
                }
                next++;
                tell(next - 1, next, out);
                return true;
            }

            @Override
            public long ordinal() {
                return next - 1L;
            }

            @Override
            public TraceClosing closing() {
                return null;
            }

            @Override
            public void close() {}
        };
    }
}

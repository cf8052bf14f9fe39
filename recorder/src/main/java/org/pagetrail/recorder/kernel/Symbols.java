package org.pagetrail.recorder.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.pagetrail.traces.event.TraceEvents;

/** The texts that a recording has named: each is told once, before its first use. */
public final class Symbols {
    private final Map<String, Integer> ids = new HashMap<>();
    private final TraceEvents events;
    private final LongSupplier clock;

    /** Texts told to {@code events} at the tick that {@code clock} gives. */
    public Symbols(TraceEvents events, LongSupplier clock) {
        this.events = events;
        this.clock = clock;
    }

    /** The number of a text. */
    public int of(String text) {
        Integer known = ids.get(text);
        if (known != null) {
            return known;
        }
        int id = ids.size();
        ids.put(text, id);
        events.symbolDefined(clock.getAsLong(), id, text);
        return id;
    }
}

package org.pagetrail.replay.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceReader;

/**
 * Compares the events that it is told with those of a trace, one by one: number, tick, every field, text.
 *
 * <p>At the first difference it takes in three events more on either side, then ends whoever tells it with {@link Enough}. It holds
 * no more of a trace than that, and its symbols.
 */
public final class TraceCheck extends FlatEvents {
    /** How many events are shown before and after the first difference. */
    public static final int AROUND = 3;

    /** There is nothing more to learn from further events. */
    public static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super("the events are not those of the trace", null, false, false);
        }
    }

    /** One event, overwritten by the next that is put here. */
    private static final class Slot extends FlatEvents {
        private int id;
        private long tick;
        private final long[] fields = new long[MAX_FIELDS];
        private int count;
        private String text;

        @Override
        protected void event(int eventId, long eventTick, long[] eventFields, int eventCount, String eventText) {
            id = eventId;
            tick = eventTick;
            System.arraycopy(eventFields, 0, fields, 0, eventCount);
            count = eventCount;
            text = eventText;
        }

        boolean is(int eventId, long eventTick, long[] eventFields, int eventCount, String eventText) {
            return id == eventId
                    && tick == eventTick
                    && count == eventCount
                    && Arrays.equals(fields, 0, count, eventFields, 0, count)
                    && Objects.equals(text, eventText);
        }

        TracedEvent event(long ordinal) {
            return new TracedEvent(
                    ordinal, id, tick, Arrays.stream(fields, 0, count).boxed().toList(), text);
        }
    }

    private final TraceReader reader;
    private final Slot[] last = new Slot[AROUND + 1];
    private final Slot heard = new Slot();
    private final Map<Long, String> symbols = new HashMap<>();
    private final List<TracedEvent> inTrace = new ArrayList<>();
    private final List<TracedEvent> told = new ArrayList<>();
    private String phase;
    private long events;
    private long lastTick;
    private boolean diverged;

    /** Against a trace of which no event was read yet. */
    public TraceCheck(TraceReader reader) {
        this.reader = reader;
        Arrays.setAll(last, i -> new Slot());
    }

    /** Where the trace's event of this ordinal is put: those before it stay for a while. */
    private Slot slot(long ordinal) {
        return last[(int) (ordinal % last.length)];
    }

    /** How many events agree. */
    public long events() {
        return events;
    }

    /** The tick of the last event that agrees. */
    public long lastTick() {
        return lastTick;
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        if (!diverged) {
            Slot next = slot(events);
            if (reader.next(next)) {
                if (next.is(id, tick, fields, count, text)) {
                    agreed(id, tick, fields, text);
                    return;
                }
                inTrace.add(next.event(events));
            }
            diverged = true;
        }
        heard.event(id, tick, fields, count, text);
        told.add(heard.event(events + told.size()));
        if (told.size() > AROUND) {
            throw new Enough();
        }
    }

    private void agreed(int id, long tick, long[] fields, String text) {
        switch (id) {
            case EventId.SYMBOL_DEFINED -> symbols.put(fields[0], text);
            case EventId.PHASE_BEGAN -> phase = symbols.get(fields[0]);
            case EventId.PHASE_ENDED -> phase = null;
            default -> {}
        }
        events++;
        lastTick = tick;
    }

    /**
     * Whoever told the events has ended, or was ended.
     *
     * @return where they stop being those of the trace, or null when they are all of them
     */
    public Divergence end() {
        while (inTrace.size() <= AROUND && reader.next(heard)) {
            diverged = true;
            inTrace.add(heard.event(events + inTrace.size()));
        }
        if (!diverged) {
            return null;
        }
        List<TracedEvent> before = new ArrayList<>();
        for (long ordinal = Math.max(0, events - AROUND); ordinal < events; ordinal++) {
            before.add(slot(ordinal).event(ordinal));
        }
        return new Divergence(events, phase, symbols, before, inTrace, told);
    }

    /**
     * Whether the trace differs only in that it was interrupted there: all that it has from there on is its last count of accesses
     * and the machine's stop.
     */
    public static boolean interrupted(Divergence divergence) {
        List<TracedEvent> rest = divergence.trace();
        int size = rest.size();
        return size >= 1
                && size <= 2
                && rest.get(size - 1).id() == EventId.MACHINE_STOPPED
                && rest.get(size - 1).fields().get(0) == StopReason.INTERRUPTED.ordinal()
                && (size == 1 || rest.get(0).id() == EventId.ACCESSES_COUNTED);
    }
}

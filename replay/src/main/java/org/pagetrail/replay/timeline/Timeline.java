package org.pagetrail.replay.timeline;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceReader;

/** The way to a point of a trace: its events folded from the first. */
public final class Timeline {
    private Timeline() {}

    /**
     * The state at a point, from a reader that has told no event yet.
     *
     * @throws TimelineException when the trace has no such event or no such phase
     * @throws TraceException when the trace is damaged before that point
     */
    public static MachineState seek(TraceReader reader, At at) {
        if (at instanceof At.Ordinal wanted) {
            return seekOrdinal(reader, wanted.ordinal());
        }
        if (at instanceof At.Phase wanted) {
            return seekPhase(reader, wanted.name());
        }
        StateBuilder builder = new StateBuilder(reader.header());
        reader.readAll(builder);
        return builder.state();
    }

    private static MachineState seekOrdinal(TraceReader reader, long ordinal) {
        StateBuilder builder = new StateBuilder(reader.header());
        while (builder.state().ordinal() < ordinal) {
            if (!reader.next(builder)) {
                long events = builder.state().events();
                String has = events == 0
                        ? "the trace has no events"
                        : String.format(Locale.ROOT, "the trace's last event is %d", events - 1);
                throw new TimelineException("event " + ordinal + " is beyond the end: " + has);
            }
        }
        return builder.state();
    }

    private static MachineState seekPhase(TraceReader reader, String name) {
        StateBuilder builder = new StateBuilder(reader.header());
        PhaseEnds ends = new PhaseEnds(builder);
        MachineState found = null;
        while (reader.next(ends)) {
            String ended = ends.take();
            if (name.equals(ended)) {
                found = builder.snapshot();
            }
        }
        if (found == null) {
            throw new TimelineException("no phase '" + name + "' ends in the trace; "
                    + (ends.names.isEmpty() ? "none does" : "those that do: " + String.join(" ", ends.names)));
        }
        return found;
    }

    /** Tells a builder all events, and notes the phase that an event ends. */
    private static final class PhaseEnds extends FlatEvents {
        private final StateBuilder builder;
        private final Set<String> names = new LinkedHashSet<>();
        private String ended;

        PhaseEnds(StateBuilder builder) {
            this.builder = builder;
        }

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            EventDispatch.dispatch(id, tick, fields, text, builder);
            if (id == EventId.PHASE_ENDED) {
                ended = builder.state().lastPhaseEnded();
                names.add(ended);
            }
        }

        String take() {
            String taken = ended;
            ended = null;
            return taken;
        }
    }
}

package org.pagetrail.replay.timeline;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.EventCounts;
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
        return seek(reader, at, Checkpoints.none());
    }

    /**
     * The state at a point, from a reader that has told no event yet. An ordinal and the end are come to from the nearest state
     * that is kept, and the trace's events before that are not read; a phase always from the first event.
     *
     * @param checkpoints of the trace; what is folded adds to them
     * @throws TimelineException when the trace has no such event or no such phase
     * @throws TraceException when the trace is damaged in what is read of it
     */
    public static MachineState seek(TraceReader reader, At at, Checkpoints checkpoints) {
        if (at instanceof At.Ordinal wanted) {
            return seekOrdinal(reader, wanted.ordinal(), checkpoints);
        }
        if (at instanceof At.Phase wanted) {
            return seekPhase(reader, wanted.name());
        }
        return fold(reader, Long.MAX_VALUE, checkpoints);
    }

    /**
     * Goes to the nearest state that is kept up to directly before an event, and so to a place from where what happens up to that event is
     * known without reading what was before. What should be kept up to there and is not, is kept first.
     *
     * @param reader which has told no event yet; if there is a state, the next event it tells is the one directly after that
     * @param again opens the trace once more
     * @return the state, null when none is kept: then nothing was done
     */
    public static MachineState resume(
            TraceReader reader, long ordinal, Checkpoints checkpoints, Supplier<TraceReader> again) {
        MachineState state = checkpoints.nearest(ordinal);
        long last = checkpoints.last(ordinal);
        if (last > (state == null ? 0 : state.events())) {
            try (TraceReader before = again.get()) {
                fold(before, last - 1, checkpoints);
            } catch (TraceException e) {
                // Whoever reads the events comes to what is wrong with them.
            }
            state = checkpoints.nearest(ordinal);
        }
        if (state != null) {
            skip(reader, state.events());
        }
        return state;
    }

    private static MachineState seekOrdinal(TraceReader reader, long ordinal, Checkpoints checkpoints) {
        MachineState state = fold(reader, ordinal, checkpoints);
        if (state.ordinal() < ordinal) {
            long events = state.events();
            String has = events == 0
                    ? "the trace has no events"
                    : String.format(Locale.ROOT, "the trace's last event is %d", events - 1);
            throw new TimelineException("event " + ordinal + " is beyond the end: " + has);
        }
        return state;
    }

    /** The state after an event, or at the end when that comes before. */
    private static MachineState fold(TraceReader reader, long ordinal, Checkpoints checkpoints) {
        MachineState nearest = checkpoints.nearest(ordinal == Long.MAX_VALUE ? ordinal : ordinal + 1);
        StateBuilder builder = nearest == null ? new StateBuilder(reader.header()) : StateBuilder.from(nearest);
        MachineState state = builder.state();
        skip(reader, state.events());
        while (state.ordinal() < ordinal) {
            long stop = Math.min(ordinal, checkpoints.next(state.events()) - 1);
            reader.readTo(stop, builder);
            if (state.ordinal() < stop) {
                break;
            }
            checkpoints.keep(state);
        }
        return state;
    }

    private static void skip(TraceReader reader, long events) {
        if (events != 0) {
            reader.skipTo(events);
            reader.readTo(events - 1, new EventCounts());
        }
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

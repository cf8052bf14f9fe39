package org.pagetrail.traces.text;

import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FieldKind;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.paging.PagingMode;

/**
 * Tells on those events of a trace that somebody asked for.
 *
 * <p>It must see the trace from its beginning, for the phases and the symbols.
 */
public final class EventFilter extends FlatEvents {
    /** No page is asked for. */
    public static final long ANY_PAGE = -1;

    /**
     * What is asked for; an event must fit all of it.
     *
     * @param from the first ordinal
     * @param to the last ordinal
     * @param events names of events, empty for all
     * @param page the number of a page whose translation the event is about, {@link #ANY_PAGE} for all
     * @param phase the name of the phase that it lies in, null for all
     * @param limit how many events at the most
     */
    public record Choice(long from, long to, Set<String> events, long page, String phase, long limit) {
        /** All events. */
        public static final Choice ALL = new Choice(0, Long.MAX_VALUE, Set.of(), ANY_PAGE, null, Long.MAX_VALUE);
    }

    private final Choice choice;
    private final boolean[] chosen = new boolean[EventId.LIMIT];
    private final PagingMode mode;
    private final LongSupplier ordinals;
    private final SymbolTable symbols;
    private final TraceEvents out;
    private long passed;
    private long phase = -1;
    private boolean phaseSeen;
    private boolean phaseOver;

    /**
     * A filter in front of {@code out}.
     *
     * @param mode the trace's paging mode, for the span of an entry
     * @param ordinals the ordinal of the event that is being told
     * @param symbols which it keeps up to date
     * @throws IllegalArgumentException when the choice names an event that there is not
     */
    public EventFilter(Choice choice, PagingMode mode, LongSupplier ordinals, SymbolTable symbols, TraceEvents out) {
        this.choice = choice;
        this.mode = mode;
        this.ordinals = ordinals;
        this.symbols = symbols;
        this.out = out;
        for (EventType type : EventCatalog.get().types()) {
            chosen[type.id()] = choice.events().isEmpty() || choice.events().contains(type.name());
        }
        for (String name : choice.events()) {
            if (EventCatalog.get().byName(name) == null) {
                throw new IllegalArgumentException("no event has the name '" + name + "'; docs/events.md lists them");
            }
        }
    }

    /** Whether no later event can fit any more. */
    public boolean done() {
        return passed >= choice.limit() || ordinals.getAsLong() >= choice.to() || phaseOver;
    }

    /** Whether the phase asked for has come, if any was. */
    public boolean phaseSeen() {
        return choice.phase() == null || phaseSeen;
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        if (id == EventId.SYMBOL_DEFINED) {
            symbols.define(fields[0], text);
        } else if (id == EventId.PHASE_BEGAN) {
            phase = fields[0];
            phaseSeen |= symbols.text(phase).equals(choice.phase());
        }
        if (fits(id, fields, count)) {
            passed++;
            EventDispatch.dispatch(id, tick, fields, text, out);
        }
        if (id == EventId.PHASE_ENDED) {
            phase = -1;
        }
    }

    private boolean fits(int id, long[] fields, int count) {
        long ordinal = ordinals.getAsLong();
        return chosen[id]
                && ordinal >= choice.from()
                && ordinal <= choice.to()
                && passed < choice.limit()
                && (choice.phase() == null || phase >= 0 && symbols.text(phase).equals(choice.phase()))
                && (choice.page() == ANY_PAGE || isAbout(id, fields, count));
    }

    private boolean isAbout(int id, long[] fields, int count) {
        List<EventField> described = EventCatalog.get().byId(id).fields();
        int shift = span(id, described, fields) - mode.shift(1);
        for (int i = 0; i < count; i++) {
            String name = described.get(i).name();
            long page = described.get(i).kind() == FieldKind.PAGE
                    ? fields[i]
                    : described.get(i).kind() == FieldKind.LINEAR && !name.equals("ip") && !name.equals("sp")
                            ? fields[i] >>> mode.shift(1)
                            : ANY_PAGE;
            if (page != ANY_PAGE && page >>> shift == choice.page() >>> shift) {
                return true;
            }
        }
        return false;
    }

    /** The binary logarithm of the bytes that the event's address stands for. */
    private int span(int id, List<EventField> described, long[] fields) {
        if (id == EventId.WALK_CACHE_FILLED) {
            return mode.shift(2);
        }
        for (int i = 0; i < described.size(); i++) {
            if (described.get(i).kind() == FieldKind.LEVEL) {
                return mode.shift((int) fields[i]);
            }
            if (id == EventId.TLB_FILLED && described.get(i).name().equals("pte") && fields[i] == 0) {
                return mode.shift(2);
            }
        }
        return mode.shift(1);
    }
}

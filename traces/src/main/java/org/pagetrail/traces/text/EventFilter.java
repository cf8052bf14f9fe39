package org.pagetrail.traces.text;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FieldKind;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.paging.PagingMode;

/**
 * Passes on the events of a choice, in order, as whoever reads the trace drives it.
 *
 * <p>It must hear the whole trace from its beginning, because phases and symbols are only told once; {@link #done}
 * says when nothing more can pass.
 */
public final class EventFilter extends FlatEvents {
    /** Stands for no choice of a page. */
    public static final long ANY_PAGE = -1;

    /**
     * Which events pass: those that fulfil all of it.
     *
     * @param from the first ordinal
     * @param to the last ordinal
     * @param events the names of events; empty for all
     * @param page the number of a page: of events with linear addresses only those about it, {@link #ANY_PAGE} for
     *     all events. An event is about a page when one of its addresses lies in it, or when a large page, a
     *     directory entry or a range of the event covers it.
     * @param phase the name of a phase, its begin and end included; null for all events
     * @param limit how many pass at most
     */
    public record Choice(long from, long to, Set<String> events, long page, String phase, long limit) {
        /** All events. */
        public static final Choice ALL = new Choice(0, Long.MAX_VALUE, Set.of(), ANY_PAGE, null, Long.MAX_VALUE);
    }

    private final Choice choice;
    private final PagingMode mode;
    private final LongSupplier ordinals;
    private final SymbolTable symbols;
    private final TraceEvents out;
    private final boolean[] chosen = new boolean[EventId.LIMIT];
    private long passed;
    private boolean inPhase;
    private boolean phaseSeen;

    /**
     * Passes on to {@code out}.
     *
     * @param choice which events
     * @param mode the trace's paging mode, for what an entry covers
     * @param ordinals the ordinal of the event that is being told
     * @param symbols is kept up to date, also with symbols whose definition does not pass; share it with a writer
     *     behind
     * @param out hears what passes
     * @throws IllegalArgumentException when the choice names an event that there is not, as one line to show
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
                throw new IllegalArgumentException("no event has the name '" + name + "'; " + advice(name));
            }
        }
    }

    /** The names that share a word with one that there is not, or where to find them all. */
    private static String advice(String name) {
        Set<String> words = Set.of(name.split("-"));
        Set<String> like = new TreeSet<>();
        for (EventType type : EventCatalog.get().types()) {
            if (List.of(type.name().split("-")).stream().anyMatch(words::contains)) {
                like.add(type.name());
            }
        }
        return like.isEmpty() ? "docs/events.md lists them" : "did you mean " + String.join(", ", like) + "?";
    }

    /** Whether nothing that comes can pass any more. */
    public boolean done() {
        return passed >= choice.limit() || ordinals.getAsLong() >= choice.to();
    }

    /** Whether the chosen phase has begun so far; true when none was chosen. */
    public boolean phaseSeen() {
        return choice.phase() == null || phaseSeen;
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        boolean before = choice.phase() != null && choice.phase().equals(symbols.phase());
        EventDispatch.dispatch(id, tick, fields, text, symbols);
        // The end of a phase is told in it.
        inPhase = id == EventId.PHASE_ENDED
                ? before
                : choice.phase() != null && choice.phase().equals(symbols.phase());
        phaseSeen |= inPhase;
        if (passes(id, fields, count)) {
            passed++;
            EventDispatch.dispatch(id, tick, fields, text, out);
        }
    }

    private boolean passes(int id, long[] fields, int count) {
        long ordinal = ordinals.getAsLong();
        return chosen[id]
                && ordinal >= choice.from()
                && ordinal <= choice.to()
                && passed < choice.limit()
                && (choice.phase() == null || inPhase)
                && (choice.page() == ANY_PAGE || about(id, fields, count));
    }

    private boolean about(int id, long[] fields, int count) {
        List<EventField> described = EventCatalog.get().byId(id).fields();
        for (int i = 0; i < count; i++) {
            FieldKind kind = described.get(i).kind();
            boolean hit = kind == FieldKind.PAGE && holds(fields[i] << mode.shift(1), pageSpan(id, fields))
                    || kind == FieldKind.LINEAR && holds(fields[i], addressSpan(id, i, fields));
            if (hit) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code span} bytes from {@code address} on touch the chosen page. */
    private boolean holds(long address, long span) {
        int shift = mode.shift(1);
        long first = address >>> shift;
        long last = address + Math.max(span, 1) - 1 >>> shift;
        return choice.page() >= first && choice.page() <= last;
    }

    private long pageSpan(int id, long[] fields) {
        boolean large = id == EventId.TLB_FILLED
                && (fields[0] == Tlb.INSTRUCTION_4M.ordinal() || fields[0] == Tlb.DATA_4M.ordinal());
        return 1L << mode.shift(large ? 2 : 1);
    }

    /** How many bytes from the linear address in field {@code i} on the event is about. */
    private long addressSpan(int id, int i, long[] fields) {
        return switch (id) {
            case EventId.PAGE_MAPPED,
                    EventId.PAGE_UNMAPPED,
                    EventId.PAGE_REMAPPED,
                    EventId.PAGE_PROTECTED,
                    EventId.TABLE_LINKED,
                    EventId.TABLE_UNLINKED,
                    EventId.TABLE_RELINKED,
                    EventId.TABLE_PROTECTED,
                    EventId.PAGE_SPLIT,
                    EventId.PAGE_MERGED,
                    EventId.ENTRY_MARKED -> 1L << mode.shift((int) fields[5]);
            case EventId.WALK_CACHE_FILLED -> 1L << mode.shift(2);
            case EventId.KERNEL_SEGMENT_LOADED, EventId.USER_SEGMENT_LOADED -> fields[3];
            case EventId.LIBRARY_MAPPED -> fields[2];
            case EventId.DESCRIPTOR_TABLE_LOADED -> fields[2] + 1;
            case EventId.ACCESSED -> i == 0 ? fields[2] : 1;
            default -> 1;
        };
    }
}

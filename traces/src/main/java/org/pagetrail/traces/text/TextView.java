package org.pagetrail.traces.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.function.LongSupplier;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.paging.PagingMode;

/**
 * Events as lines for people, in columns.
 *
 * <pre>
 * ordinal      tick phase event                    what
 *     790      1562 B2    page-mapped              0xc0000000 -> 0x00000000 4 MB rwx- ---  in 0x00200000[768]
 * </pre>
 *
 * <p>It shows what it can of an event that other versions or damaged traces may hold, and refuses none. Failures of the
 * underlying writer come as {@link UncheckedIOException}.
 */
public final class TextView extends FlatEvents {
    private static final int ORDINAL_WIDTH = 7;
    private static final int TICK_WIDTH = 9;
    private static final int PHASE_WIDTH = 5;
    private static final int EVENT_WIDTH = 24;

    private final Writer writer;
    private final LongSupplier ordinals;
    private final SymbolTable symbols;
    private final EventText events;
    private final StringBuilder line = new StringBuilder();

    /**
     * Writes to {@code writer}, which is neither flushed nor closed.
     *
     * @param writer where to
     * @param mode the trace's paging mode
     * @param ordinals the ordinal of the event that is being told, so that filters in front keep the trace's own; null to
     *     leave out ordinals and ticks
     * @param symbols texts and phase; an empty table when the view hears the whole trace
     */
    public TextView(Writer writer, PagingMode mode, LongSupplier ordinals, SymbolTable symbols) {
        this.writer = writer;
        this.ordinals = ordinals;
        this.symbols = symbols;
        events = new EventText(mode, symbols);
    }

    /** Writes the names of the columns. */
    public void heading() {
        columns("ordinal", "tick", "phase", "event", "what");
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        if (id == EventId.SYMBOL_DEFINED || id == EventId.PHASE_BEGAN || id == EventId.PHASE_ENDED) {
            EventDispatch.dispatch(id, tick, fields, text, symbols);
        }
        String phase = id == EventId.PHASE_ENDED ? symbols.text(fields[0]) : symbols.phase();
        columns(
                ordinals == null ? "" : Long.toString(ordinals.getAsLong()),
                Long.toString(tick),
                phase == null ? "" : phase,
                EventCatalog.get().byId(id).name(),
                events.what(id, fields, count, text));
    }

    private void columns(String ordinal, String tick, String phase, String event, String what) {
        line.setLength(0);
        if (ordinals != null) {
            right(ordinal, ORDINAL_WIDTH);
            right(tick, TICK_WIDTH);
        }
        left(phase, PHASE_WIDTH);
        left(event, EVENT_WIDTH);
        line.append(what);
        int length = line.length();
        while (length > 0 && line.charAt(length - 1) == ' ') {
            length--;
        }
        line.setLength(length);
        line.append('\n');
        try {
            writer.append(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void right(String text, int width) {
        line.append(" ".repeat(Math.max(0, width - text.length()))).append(text).append(' ');
    }

    private void left(String text, int width) {
        line.append(text).append(" ".repeat(Math.max(0, width - text.length()))).append(' ');
    }
}

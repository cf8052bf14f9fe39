package org.pagetrail.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.pagetrail.replay.check.Divergence;
import org.pagetrail.replay.check.TracedEvent;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.JsonTrees;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.text.JsonLinesWriter;
import org.pagetrail.traces.text.SymbolTable;
import org.pagetrail.traces.text.TextView;

/** A few events around a divergence, as {@code view} shows them. */
final class EventLines {
    private final PagingMode mode;
    private final Divergence divergence;

    EventLines(PagingMode mode, Divergence divergence) {
        this.mode = mode;
        this.divergence = divergence;
    }

    /** The texts of before the divergence, and its phase. */
    private SymbolTable symbols() {
        SymbolTable symbols = new SymbolTable();
        divergence.symbols().forEach((id, text) -> {
            symbols.define(id, text);
            if (text.equals(divergence.phase())) {
                EventDispatch.dispatch(EventId.PHASE_BEGAN, 0, new long[] {id}, null, symbols);
            }
        });
        return symbols;
    }

    void print(Output out, List<TracedEvent> events) {
        if (events.isEmpty()) {
            out.line("  (no event)");
        }
        long[] ordinal = {0};
        try {
            TextView view = new TextView(out.writer(), mode, () -> ordinal[0], symbols());
            events.forEach(event -> tell(event, ordinal, view));
        } catch (UncheckedIOException e) {
            throw out.failed(e);
        }
    }

    ArrayNode json(List<TracedEvent> events) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        SymbolTable symbols = symbols();
        long[] ordinal = {0};
        for (TracedEvent event : events) {
            StringWriter line = new StringWriter();
            JsonLinesWriter writer = new JsonLinesWriter(line, () -> ordinal[0], symbols);
            tell(event, ordinal, writer);
            writer.flush();
            byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
            try {
                array.add(JsonTrees.read(bytes, 0, bytes.length));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return array;
    }

    private static void tell(TracedEvent event, long[] ordinal, TraceEvents out) {
        long[] fields = new long[FlatEvents.MAX_FIELDS];
        for (int i = 0; i < event.fields().size(); i++) {
            fields[i] = event.fields().get(i);
        }
        ordinal[0] = event.ordinal();
        EventDispatch.dispatch(event.id(), event.tick(), fields, event.text(), out);
    }
}

package org.pagetrail.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.pagetrail.analyzer.diff.EventWording;
import org.pagetrail.analyzer.diff.TracedEvent;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.JsonTrees;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.text.EventText;
import org.pagetrail.traces.text.JsonLinesWriter;
import org.pagetrail.traces.text.SymbolTable;

/** Events of a comparison as {@code view} shows them. */
final class EventWords implements EventWording {
    private final PagingMode mode;

    EventWords(PagingMode mode) {
        this.mode = mode;
    }

    private static SymbolTable symbols(TracedEvent event) {
        SymbolTable symbols = new SymbolTable();
        event.symbols().forEach(symbols::define);
        return symbols;
    }

    /** In the room that every event has: some of the fields may not be there. */
    private static long[] fields(TracedEvent event) {
        long[] fields = new long[FlatEvents.MAX_FIELDS];
        for (int i = 0; i < event.fields().size(); i++) {
            fields[i] = event.fields().get(i);
        }
        return fields;
    }

    @Override
    public String text(TracedEvent event) {
        int count = event.fields().size();
        return new EventText(mode, symbols(event)).what(event.id(), fields(event), count, null);
    }

    @Override
    public JsonNode json(TracedEvent event) {
        StringWriter line = new StringWriter();
        JsonLinesWriter writer = new JsonLinesWriter(line, event::ordinal, symbols(event));
        EventDispatch.dispatch(event.id(), event.tick(), fields(event), null, writer);
        writer.flush();
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        try {
            return JsonTrees.read(bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

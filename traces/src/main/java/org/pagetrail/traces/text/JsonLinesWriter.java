package org.pagetrail.traces.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FieldKind;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;

/**
 * Writes the portable trace: canonical JSON Lines, one object a line, as {@link JsonLines} shows.
 *
 * <p>An event's keys are {@code ordinal}, {@code tick}, {@code event}, then its fields in declared order. Addresses,
 * pages and frames (by their first address), entries, register values and error codes are texts {@code "0x%08x"};
 * sets of rights are {@code "rwxu"} with dashes; symbols are their text and codes their name; the rest are numbers,
 * {@code true}, {@code false} and {@code null}. {@link JsonLinesReader} is the way back.
 *
 * <p>Failures of the underlying writer come as {@link UncheckedIOException}. An event that the form has no text for
 * (an unknown code, a symbol that was never defined) is a {@link TraceException}: nothing is written that the reader
 * would refuse.
 */
public final class JsonLinesWriter extends FlatEvents {
    private static final SerializableString ORDINAL = new SerializedString(JsonLines.ORDINAL);
    private static final SerializableString TICK = new SerializedString(JsonLines.TICK);
    private static final SerializableString EVENT = new SerializedString(JsonLines.EVENT);
    private static final SerializableString TEXT = new SerializedString(JsonLines.TEXT);

    /** Each event's name, then those of its fields, ready to be copied. */
    private static final SerializableString[][] NAMES = new SerializableString[EventId.LIMIT][];

    static {
        for (EventType type : EventCatalog.get().types()) {
            List<EventField> fields = type.fields();
            SerializableString[] names = new SerializableString[1 + fields.size()];
            names[0] = new SerializedString(type.name());
            for (int i = 0; i < fields.size(); i++) {
                names[1 + i] = new SerializedString(fields.get(i).name());
            }
            NAMES[type.id()] = names;
        }
    }

    private final JsonGenerator json;
    private final LongSupplier ordinals;
    private final SymbolTable symbols;

    /**
     * Writes to {@code writer}, with ordinals and ticks.
     *
     * @param writer where to; it is neither flushed nor closed but by {@link #flush}
     * @param ordinals the ordinal of the event that is being told, so that filters in front keep the trace's own; null to
     *     leave out ordinals and ticks
     * @param symbols the texts; an empty table when the writer hears the whole trace
     */
    public JsonLinesWriter(Writer writer, LongSupplier ordinals, SymbolTable symbols) {
        this.ordinals = ordinals;
        this.symbols = symbols;
        try {
            json = new JsonFactory().createGenerator(writer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Every line is ended by hand, so that what was written is whole lines at any time.
        json.setRootValueSeparator(null);
    }

    /** Writes to {@code writer} without ordinals and ticks: what happened, whenever it did; for comparing by line. */
    public static JsonLinesWriter bare(Writer writer, SymbolTable symbols) {
        return new JsonLinesWriter(writer, null, symbols);
    }

    /** Writes the header line. */
    public void header(TraceHeader header) {
        try {
            json.writeRawValue(header.toJson().toString());
            endLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the header line of an excerpt: that of the trace, and which events of it follow. */
    public void excerptHeader(TraceHeader header, EventFilter.Choice choice) {
        ObjectNode trace = header.toJson();
        ObjectNode line = trace.objectNode();
        trace.properties().forEach(entry -> {
            line.set(entry.getKey(), entry.getValue());
            if (entry.getKey().equals(JsonLines.TRACE)) {
                line.set(JsonLines.EXCERPT, choice(choice));
            }
        });
        try {
            json.writeRawValue(line.toString());
            endLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was chosen; what was not asked for is left out. */
    private ObjectNode choice(EventFilter.Choice choice) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        EventFilter.Choice all = EventFilter.Choice.ALL;
        if (choice.from() != all.from()) {
            tree.put("from", choice.from());
        }
        if (choice.to() != all.to()) {
            tree.put("to", choice.to());
        }
        if (!choice.events().isEmpty()) {
            choice.events().forEach(tree.putArray("events")::add);
        }
        if (choice.page() != EventFilter.ANY_PAGE) {
            tree.put("page", Hex.text(choice.page() << JsonLines.PAGE_SHIFT));
        }
        if (choice.phase() != null) {
            tree.put("phase", choice.phase());
        }
        if (choice.limit() != all.limit()) {
            tree.put("limit", choice.limit());
        }
        return tree.put("bare", ordinals == null);
    }

    /** Writes the closing line of an excerpt: how many events it has. */
    public void excerptClosing(EventCounts counts) {
        try {
            json.writeStartObject();
            json.writeStringField(JsonLines.TRACE, JsonLines.END);
            json.writeBooleanField(JsonLines.EXCERPT, true);
            json.writeNumberField(JsonLines.EVENTS, counts.total());
            counts(counts.byId());
            json.writeEndObject();
            endLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void counts(SortedMap<Integer, Long> counts) throws IOException {
        json.writeObjectFieldStart(JsonLines.COUNTS);
        for (Map.Entry<Integer, Long> count : counts.entrySet()) {
            EventType type = EventCatalog.get().byId(count.getKey());
            if (type == null) {
                throw new TraceException("the closing record counts events of number " + count.getKey()
                        + ", which this version does not know; use a newer one, or record again");
            }
            json.writeNumberField(type.name(), count.getValue());
        }
        json.writeEndObject();
    }

    /** Writes the closing line. */
    public void closing(TraceClosing closing) {
        try {
            json.writeStartObject();
            json.writeStringField(JsonLines.TRACE, JsonLines.END);
            json.writeNumberField(JsonLines.EVENTS, closing.events());
            json.writeNumberField(JsonLines.LAST_TICK, closing.lastTick());
            json.writeStringField(JsonLines.DIGEST, closing.digest());
            counts(closing.counts());
            if (closing.truncated()) {
                json.writeBooleanField(JsonLines.TRUNCATED, true);
            }
            json.writeEndObject();
            endLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands all lines to the writer and flushes it. */
    public void flush() {
        try {
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        List<EventField> described = EventCatalog.get().byId(id).fields();
        if (text != null) {
            symbols.define(fields[0], text);
        }
        for (int i = 0; i < count; i++) {
            check(id, described.get(i), fields[i]);
        }
        SerializableString[] names = NAMES[id];
        try {
            json.writeStartObject();
            if (ordinals != null) {
                json.writeFieldName(ORDINAL);
                json.writeNumber(ordinals.getAsLong());
                json.writeFieldName(TICK);
                json.writeNumber(tick);
            }
            json.writeFieldName(EVENT);
            json.writeString(names[0]);
            for (int i = 0; i < count; i++) {
                json.writeFieldName(names[1 + i]);
                value(described.get(i), fields[i]);
            }
            if (text != null) {
                json.writeFieldName(TEXT);
                json.writeString(text);
            }
            json.writeEndObject();
            endLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void endLine() throws IOException {
        json.writeRaw('\n');
    }

    /** Refuses what has no text, before any of its line is written. */
    private void check(int id, EventField field, long value) {
        if (!FieldRange.holds(field, value) || field.kind() == FieldKind.SYMBOL && symbols.find(value) == null) {
            String at = ordinals == null ? "an event" : "event " + ordinals.getAsLong();
            throw new TraceException(at + " (" + EventCatalog.get().byId(id).name() + ") has a '" + field.name()
                    + "' of " + value + ", which this version cannot name; use a newer one, or record again");
        }
    }

    private void value(EventField field, long value) throws IOException {
        switch (field.kind()) {
            case LINEAR, PHYSICAL, ENTRY, VALUE, ERROR_CODE -> json.writeString(Hex.text(value));
            case PAGE, FRAME -> json.writeString(Hex.text(value << JsonLines.PAGE_SHIFT));
            case COUNT, BYTES, INDEX, LEVEL, PRIVILEGE, PID -> json.writeNumber(value);
            case OPTIONAL_INDEX -> {
                if (value < 0) {
                    json.writeNull();
                } else {
                    json.writeNumber(value);
                }
            }
            case FLAG -> json.writeBoolean(value != 0);
            case RIGHTS -> json.writeString(Rights.text((int) value));
            case SYMBOL -> json.writeString(symbols.find(value));
            case CODE -> json.writeString(field.codes().get((int) value));
        }
    }
}

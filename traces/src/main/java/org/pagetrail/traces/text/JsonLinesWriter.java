package org.pagetrail.traces.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.function.LongSupplier;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceHeader;

/**
 * Writes the portable trace: canonical JSON Lines, one object a line.
 *
 * <p>The header is the first line and the closing record the last; they have no {@code event} key. An event's keys are
 * {@code ordinal}, {@code tick}, {@code event} and its fields in declared order. Addresses, pages and frames (by their first
 * address), entries, register values and error codes are texts {@code "0x%08x"}; symbols are their text. The other side is
 * {@link JsonLinesReader}.
 */
public final class JsonLinesWriter extends FlatEvents {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private final JsonGenerator json;
    private final LongSupplier ordinals;
    private final SymbolTable symbols;

    /**
     * Writes to {@code writer}; an {@link IOException} of it is thrown as {@link UncheckedIOException}.
     *
     * @param ordinals the ordinal of the event that is being told
     * @param symbols the texts; whoever filters events in front must keep it up to date, else an empty one will do
     */
    public JsonLinesWriter(Writer writer, LongSupplier ordinals, SymbolTable symbols) {
        this.ordinals = ordinals;
        this.symbols = symbols;
        try {
            json = new JsonFactory().setCodec(new ObjectMapper()).createGenerator(writer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
        json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    }

    /** Writes the header line. */
    public void header(TraceHeader header) {
        try {
            json.writeTree(header.toJson());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the closing line and the end of it. */
    public void closing(TraceClosing closing) {
        try {
            json.writeStartObject();
            json.writeStringField("trace", JsonLines.END);
            json.writeNumberField("events", closing.events());
            json.writeNumberField("lastTick", closing.lastTick());
            json.writeStringField("digest", closing.digest());
            json.writeObjectFieldStart("counts");
            for (var count : closing.counts().entrySet()) {
                json.writeNumberField(EventCatalog.get().byId(count.getKey()).name(), count.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the last line and hands all to the writer, which stays open. */
    public void flush() {
        try {
            if (json.getOutputContext().getEntryCount() > 0) {
                json.writeRaw('\n');
            }
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        EventType type = EventCatalog.get().byId(id);
        if (text != null) {
            symbols.define(fields[0], text);
        }
        try {
            json.writeStartObject();
            json.writeNumberField("ordinal", ordinals.getAsLong());
            json.writeNumberField("tick", tick);
            json.writeStringField("event", type.name());
            List<EventField> described = type.fields();
            for (int i = 0; i < count; i++) {
                json.writeFieldName(described.get(i).name());
                value(described.get(i), fields[i]);
            }
            if (text != null) {
                json.writeStringField(JsonLines.TEXT, text);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void value(EventField field, long value) throws IOException {
        switch (field.kind()) {
            case LINEAR, PHYSICAL, ENTRY, VALUE, ERROR_CODE -> json.writeString(hex(value));
            case PAGE, FRAME -> json.writeString(hex(value << JsonLines.PAGE_SHIFT));
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
            case SYMBOL -> json.writeString(symbols.text(value));
            case CODE -> json.writeString(field.codes().get((int) value));
        }
    }

    /** {@code 0x} and at least eight digits. */
    public static String hex(long value) {
        int digits = Math.max(8, (Long.SIZE - Long.numberOfLeadingZeros(value) + 3) / 4);
        char[] text = new char[2 + digits];
        text[0] = '0';
        text[1] = 'x';
        for (int i = 0; i < digits; i++) {
            text[2 + i] = DIGITS[(int) (value >>> 4 * (digits - 1 - i)) & 0xf];
        }
        return new String(text);
    }
}

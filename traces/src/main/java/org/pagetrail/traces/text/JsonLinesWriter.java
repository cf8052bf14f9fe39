package org.pagetrail.traces.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
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
    private static final char[] ORDINAL = chars("{\"" + JsonLines.ORDINAL + "\":");
    private static final char[] TICK = chars(",\"" + JsonLines.TICK + "\":");
    private static final char[] TEXT = chars(",\"" + JsonLines.TEXT + "\":");
    private static final char[] END = chars("}\n");
    private static final char[] NULL = chars("null");
    private static final char[] TRUE = chars("true");
    private static final char[] FALSE = chars("false");
    private static final char[][] RIGHTS = new char[16][];
    private static final Shape[] SHAPES = new Shape[EventId.LIMIT];

    static {
        for (int rights = 0; rights < RIGHTS.length; rights++) {
            RIGHTS[rights] = chars('"' + Rights.text(rights) + '"');
        }
        for (EventType type : EventCatalog.get().types()) {
            SHAPES[type.id()] = new Shape(type);
        }
    }

    private final LineBuffer line;
    private final LongSupplier ordinals;
    private final SymbolTable symbols;

    /** An event as its line has it: the characters before each value, and those of codes. */
    private static final class Shape {
        private final char[] name;
        private final char[] bare;
        private final EventField[] described;
        private final FieldKind[] kinds;
        private final char[][] keys;
        private final char[][][] codes;

        Shape(EventType type) {
            List<EventField> fields = type.fields();
            String event = '"' + JsonLines.EVENT + "\":\"" + type.name() + '"';
            name = chars("," + event);
            bare = chars("{" + event);
            described = fields.toArray(EventField[]::new);
            kinds = fields.stream().map(EventField::kind).toArray(FieldKind[]::new);
            keys = fields.stream()
                    .map(field -> chars(",\"" + field.name() + "\":"))
                    .toArray(char[][]::new);
            codes = fields.stream()
                    .map(field -> field.codes().stream()
                            .map(code -> chars('"' + code + '"'))
                            .toArray(char[][]::new))
                    .toArray(char[][][]::new);
        }
    }

    private static char[] chars(String text) {
        return text.toCharArray();
    }

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
        line = new LineBuffer(writer);
    }

    /** Writes to {@code writer} without ordinals and ticks: what happened, whenever it did; for comparing by line. */
    public static JsonLinesWriter bare(Writer writer, SymbolTable symbols) {
        return new JsonLinesWriter(writer, null, symbols);
    }

    /** Writes the header line. */
    public void header(TraceHeader header) {
        tree(header.toJson());
    }

    private void tree(ObjectNode tree) {
        line.put(chars(tree + "\n"));
    }

    /** Writes the header line of an excerpt: that of the trace, and which events of it follow. */
    public void excerptHeader(TraceHeader header, EventFilter.Choice choice) {
        ObjectNode trace = header.toJson();
        ObjectNode excerpt = trace.objectNode();
        trace.properties().forEach(entry -> {
            excerpt.set(entry.getKey(), entry.getValue());
            if (entry.getKey().equals(JsonLines.TRACE)) {
                excerpt.set(JsonLines.EXCERPT, choice(choice));
            }
        });
        tree(excerpt);
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
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put(JsonLines.TRACE, JsonLines.END);
        tree.put(JsonLines.EXCERPT, true);
        tree.put(JsonLines.EVENTS, counts.total());
        counts(tree, counts.byId());
        tree(tree);
    }

    private static void counts(ObjectNode tree, SortedMap<Integer, Long> counts) {
        ObjectNode byName = tree.putObject(JsonLines.COUNTS);
        counts.forEach((id, count) -> {
            EventType type = EventCatalog.get().byId(id);
            if (type == null) {
                throw new TraceException("the closing record counts events of number " + id
                        + ", which this version does not know; use a newer one, or record again");
            }
            byName.put(type.name(), count);
        });
    }

    /** Writes the closing line. */
    public void closing(TraceClosing closing) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put(JsonLines.TRACE, JsonLines.END);
        tree.put(JsonLines.EVENTS, closing.events());
        tree.put(JsonLines.LAST_TICK, closing.lastTick());
        tree.put(JsonLines.DIGEST, closing.digest());
        counts(tree, closing.counts());
        if (closing.truncated()) {
            tree.put(JsonLines.TRUNCATED, true);
        }
        tree(tree);
    }

    /** Hands all lines to the writer and flushes it. */
    public void flush() {
        line.flush();
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        Shape shape = SHAPES[id];
        if (text != null) {
            symbols.define(fields[0], text);
        }
        for (int i = 0; i < count; i++) {
            check(id, shape.described[i], fields[i]);
        }
        if (ordinals == null) {
            line.put(shape.bare);
        } else {
            line.put(ORDINAL);
            line.number(ordinals.getAsLong());
            line.put(TICK);
            line.number(tick);
            line.put(shape.name);
        }
        for (int i = 0; i < count; i++) {
            line.put(shape.keys[i]);
            value(shape.kinds[i], shape.codes[i], fields[i]);
        }
        if (text != null) {
            line.put(TEXT);
            line.text(text);
        }
        line.put(END);
    }

    /** Refuses what has no text, before any of its line is written. */
    private void check(int id, EventField field, long value) {
        if (!FieldRange.holds(field, value) || field.kind() == FieldKind.SYMBOL && symbols.find(value) == null) {
            String at = ordinals == null ? "an event" : "event " + ordinals.getAsLong();
            throw new TraceException(at + " (" + EventCatalog.get().byId(id).name() + ") has a '" + field.name()
                    + "' of " + value + ", which this version cannot name; use a newer one, or record again");
        }
    }

    private void value(FieldKind kind, char[][] codes, long value) {
        switch (kind) {
            case LINEAR, PHYSICAL, ENTRY, VALUE, ERROR_CODE -> line.hex(value);
            case PAGE, FRAME -> line.hex(value << JsonLines.PAGE_SHIFT);
            case COUNT, BYTES, INDEX, LEVEL, PRIVILEGE, PID -> line.number(value);
            case OPTIONAL_INDEX -> {
                if (value < 0) {
                    line.put(NULL);
                } else {
                    line.number(value);
                }
            }
            case FLAG -> line.put(value != 0 ? TRUE : FALSE);
            case RIGHTS -> line.put(RIGHTS[(int) value]);
            case SYMBOL -> line.text(symbols.find(value));
            case CODE -> line.put(codes[(int) value]);
        }
    }
}

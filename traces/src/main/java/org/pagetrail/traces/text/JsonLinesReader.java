package org.pagetrail.traces.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.EventsDigest;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;

/**
 * Reads the portable trace, plain or compressed with gzip (known by its first bytes), as {@link JsonLines} shows it.
 *
 * <p>Every line is checked against the catalog: its event, all of the event's fields and no other (in any order),
 * each value's form and range. What it says is checked against what came before: ordinals dense from 0, ticks that
 * never go back, symbols that were defined, and at the end the counts of the closing line and its digest. That is over
 * the blocks of a journal, so that whoever opens the trace has to say how it is computed.
 *
 * <p>A trace without a closing line is incomplete, as is one whose last line was cut: it ends with the last whole line.
 */
public final class JsonLinesReader implements TraceReader {
    private static final String WHAT_TO_DO = "; mend the line, or export the trace again";
    private static final String IF_MEANT =
            "; restore the file, or, when it was changed on purpose, import it with --reseal";
    private static final int KEYS_BEFORE_FIELDS = 3;

    /** Longer than any closing line. */
    private static final int LONGEST_END = 1 << 14;

    private static final ObjectReader TREES = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .readerFor(JsonNode.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path file;
    private final LineSource lines;
    private final JsonLine line = new JsonLine();
    private final EventCounts counts = new EventCounts();
    private final SymbolTable symbols = new SymbolTable();
    private final long[] fields = new long[FlatEvents.MAX_FIELDS];
    private final CanonicalLine canonical = new CanonicalLine(symbols, fields);
    private final TraceHeader header;
    private final boolean edited;
    private EventsDigest digest;
    private TraceClosing closing;
    private boolean closingKnown;
    private boolean ended;

    private JsonLinesReader(Path file, LineSource lines, boolean edited) {
        this.file = file;
        this.lines = lines;
        this.edited = edited;
        if (!lines.next()) {
            throw new TraceException(file + " is empty; name a trace that export made");
        }
        JsonNode json = tree(lines.text());
        if (json == null) {
            throw new TraceException(lines.at()
                    + "it is no JSON; the first line of a trace is its header; name a trace that export made");
        }
        try {
            header = TraceHeader.fromJson(json);
            PagingModes.named(header.mode());
        } catch (TraceException | IllegalArgumentException e) {
            String advice = e.getMessage().contains("; ") ? "" : "; name a trace that export made";
            throw new TraceException(lines.at() + e.getMessage() + advice, e);
        }
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (!entry.getKey().equals(JsonLines.EXCERPT) && !header.toJson().has(entry.getKey())) {
                throw new TraceException(
                        lines.at() + "a header has no '" + JsonLine.quotable(entry.getKey()) + "'" + WHAT_TO_DO);
            }
        }
        if (json.has(JsonLines.EXCERPT)) {
            throw new TraceException(lines.at() + "it is an excerpt, of which no trace can be made;"
                    + " export the whole trace, without --from, --event and the like");
        }
    }

    /**
     * Opens a portable trace whose digest is not checked.
     *
     * @throws TraceException when there is none, or its first line is no header
     */
    public static JsonLinesReader open(Path file) {
        return open(file, false);
    }

    /**
     * Opens a portable trace.
     *
     * @param digest makes what is told all events, and compared with the closing line at the end
     * @throws TraceException when there is none, or its first line is no header
     */
    public static JsonLinesReader open(Path file, Function<TraceHeader, EventsDigest> digest) {
        JsonLinesReader reader = open(file, false);
        reader.digest = digest.apply(reader.header());
        return reader;
    }

    /**
     * Opens a portable trace that somebody changed on purpose: what its closing line says of the events need not fit them.
     *
     * @throws TraceException when there is none, or its first line is no header
     */
    public static JsonLinesReader openEdited(Path file) {
        return open(file, true);
    }

    private static JsonLinesReader open(Path file, boolean edited) {
        LineSource lines = LineSource.open(file);
        try {
            return new JsonLinesReader(file, lines, edited);
        } catch (TraceException e) {
            lines.close();
            throw e;
        }
    }

    @Override
    public TraceHeader header() {
        return header;
    }

    /**
     * The closing record.
     *
     * <p>Before the events were read the file is searched for its end (through all of it when it is compressed), and the record
     * is not yet compared with the events.
     */
    @Override
    public TraceClosing closing() {
        if (!closingKnown) {
            closing = lookAhead();
            closingKnown = true;
        }
        return closing;
    }

    private TraceClosing lookAhead() {
        byte[] tail = LineSource.last(file, LONGEST_END);
        JsonNode end = tail == null ? null : tree(lines.text(ByteBuffer.wrap(tail)));
        if (end != null && isClosing(end)) {
            try {
                return closing(end, file + ": ");
            } catch (TraceException e) {
                // Said below with the number of its line.
            }
        }
        try (LineSource ahead = LineSource.open(file)) {
            ByteBuffer copy = ByteBuffer.allocate(0);
            while (ahead.next()) {
                copy = ahead.copy(copy);
            }
            JsonNode last = ahead.number() <= 1 ? null : tree(ahead.text(copy));
            return last == null || !last.isObject() || last.has(JsonLines.EVENT) ? null : closing(last, ahead.at());
        }
    }

    @Override
    public long ordinal() {
        return counts.total() - 1;
    }

    @Override
    public boolean next(TraceEvents out) {
        if (ended || !lines.next()) {
            end(null);
            return false;
        }
        if (lines.take(canonical) && canonical.ordinal() == counts.total() && canonical.tick() >= counts.lastTick()) {
            tell(canonical.type(), canonical.tick(), null, out);
            return true;
        }
        if (!take()) {
            end(null);
            return false;
        }
        int eventAt = line.at(JsonLines.EVENT, 2);
        if (eventAt < 0) {
            close(tree(lines.text()));
            return false;
        }
        event(eventAt, out);
        return true;
    }

    private void end(TraceClosing record) {
        if (!ended) {
            ended = true;
            closing = record;
            closingKnown = true;
        }
    }

    /** Takes the current line apart; false when it was cut. */
    private boolean take() {
        CharBuffer text = lines.text();
        try {
            if (text == null) {
                throw new JsonLine.Malformed("it is not UTF-8", lines.malformedAt());
            }
            line.take(text);
            return true;
        } catch (JsonLine.Malformed e) {
            if (!lines.whole()) {
                return false;
            }
            throw new TraceException(lines.at(e.column()) + e.getMessage() + WHAT_TO_DO);
        }
    }

    private void close(JsonNode json) {
        if (json == null) {
            throw damaged("it is neither an event nor the closing line");
        }
        TraceClosing record = closing(json, lines.at());
        if (!edited) {
            compare(record);
        }
        if (lines.next()) {
            throw damaged("it stands after the closing line");
        }
        end(record);
    }

    private void compare(TraceClosing record) {
        if (record.events() != counts.total()) {
            throw changed(
                    "the closing line counts " + record.events() + " events, but " + counts.total() + " precede it");
        }
        if (record.lastTick() != counts.lastTick()) {
            throw changed("the closing line says " + record.lastTick() + " for the last tick, but it is "
                    + counts.lastTick());
        }
        if (!record.counts().equals(counts.byId())) {
            throw changed("the closing line's counts do not agree with the events before it");
        }
        if (digest != null && !digest.digest().equals(record.digest())) {
            throw changed("the closing line's digest is not that of the events before it");
        }
    }

    private TraceException changed(String what) {
        return new TraceException(lines.at() + what + IF_MEANT);
    }

    private void event(int eventAt, TraceEvents out) {
        String name = line.text(eventAt);
        EventType type = name == null ? null : EventCatalog.get().byName(name);
        if (type == null) {
            throw damaged(eventAt, "no event has the name " + line.shown(eventAt));
        }
        int ordinalAt = at(JsonLines.ORDINAL, 0);
        long ordinal = whole(JsonLines.ORDINAL, ordinalAt);
        if (ordinal != counts.total()) {
            throw damaged(ordinalAt, "its ordinal is " + ordinal + " where " + counts.total() + " is due");
        }
        int tickAt = at(JsonLines.TICK, 1);
        long tick = whole(JsonLines.TICK, tickAt);
        if (tick < counts.lastTick()) {
            throw damaged(tickAt, "its tick is " + tick + " after tick " + counts.lastTick());
        }
        List<EventField> described = type.fields();
        int keys = KEYS_BEFORE_FIELDS + described.size();
        for (int i = 0; i < described.size(); i++) {
            EventField field = described.get(i);
            int at = at(field.name(), KEYS_BEFORE_FIELDS + i);
            fields[i] = value(field, at);
            if (!FieldRange.holds(field, fields[i])) {
                throw wrong(field, at, "in its range");
            }
        }
        String text = null;
        if (type.hasText()) {
            text = define(fields[0], at(JsonLines.TEXT, keys));
            keys++;
        }
        if (line.size() != keys) {
            int at = surplus(type);
            throw damaged(at, "a " + type.name() + " has no '" + JsonLine.quotable(line.key(at)) + "'");
        }
        tell(type, tick, text, out);
    }

    private void tell(EventType type, long tick, String text, TraceEvents out) {
        counts.count(type.id(), tick);
        if (digest != null) {
            EventDispatch.dispatch(type.id(), tick, fields, text, digest);
        }
        EventDispatch.dispatch(type.id(), tick, fields, text, out);
    }

    private String define(long id, int at) {
        String text = line.text(at);
        if (text == null || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw damaged(at, "'" + JsonLines.TEXT + "' is no text of Unicode");
        }
        if (text.length() > TraceEvents.LONGEST_TEXT
                || text.getBytes(StandardCharsets.UTF_8).length > TraceEvents.LONGEST_TEXT) {
            throw damaged(
                    at, "'" + JsonLines.TEXT + "' is longer than " + TraceEvents.LONGEST_TEXT + " bytes in UTF-8");
        }
        String other = symbols.find(id);
        Long before = symbols.id(text);
        if (other != null && !other.equals(text) || before != null && before != id) {
            throw damaged(at, "symbol " + id + " or its text was defined before, as another");
        }
        symbols.define(id, text);
        return text;
    }

    private int surplus(EventType type) {
        List<String> known = type.fields().stream().map(EventField::name).toList();
        for (int at = 0; at < line.size(); at++) {
            String key = line.key(at);
            boolean expected = key.equals(JsonLines.ORDINAL)
                    || key.equals(JsonLines.TICK)
                    || key.equals(JsonLines.EVENT)
                    || type.hasText() && key.equals(JsonLines.TEXT);
            if (!expected && !known.contains(key)) {
                return at;
            }
        }
        throw new IllegalStateException("no key is too many");
    }

    private long value(EventField field, int at) {
        return switch (field.kind()) {
            case LINEAR, PHYSICAL, ENTRY, VALUE, ERROR_CODE -> hex(field, at);
            case PAGE, FRAME -> {
                long address = hex(field, at);
                if (address << Long.SIZE - JsonLines.PAGE_SHIFT != 0) {
                    throw wrong(field, at, "the first address of a page");
                }
                yield address >>> JsonLines.PAGE_SHIFT;
            }
            case COUNT, BYTES, INDEX, LEVEL, PRIVILEGE, PID -> whole(field.name(), at);
            case OPTIONAL_INDEX -> line.token(at) == JsonToken.VALUE_NULL ? -1 : whole(field.name(), at);
            case FLAG -> flag(field, at);
            case RIGHTS -> rights(field, at);
            case SYMBOL -> symbol(field, at);
            case CODE -> {
                int code = field.codes().indexOf(line.text(at));
                if (code < 0) {
                    throw wrong(field, at, "one of " + String.join(", ", field.codes()));
                }
                yield code;
            }
        };
    }

    private long flag(EventField field, int at) {
        JsonToken token = line.token(at);
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw wrong(field, at, "true or false");
        }
        return token == JsonToken.VALUE_TRUE ? 1 : 0;
    }

    private long rights(EventField field, int at) {
        try {
            return Rights.parse(line.text(at));
        } catch (IllegalArgumentException e) {
            throw wrong(field, at, "of the form \"rwxu\" with a dash for each that is missing");
        }
    }

    private long symbol(EventField field, int at) {
        String text = line.text(at);
        Long id = text == null ? null : symbols.id(text);
        if (id == null) {
            throw wrong(field, at, "a text that a symbol-defined before it says");
        }
        return id;
    }

    private long hex(EventField field, int at) {
        String text = line.text(at);
        try {
            return Hex.parse(text == null ? "" : text);
        } catch (NumberFormatException e) {
            throw wrong(field, at, "\"0x\" and at least eight lower-case hexadecimal digits");
        }
    }

    private long whole(String key, int at) {
        if (line.token(at) != JsonToken.VALUE_NUMBER_INT || line.number(at) < 0) {
            throw damaged(at, "'" + key + "' is " + line.shown(at) + ", not a whole number from 0");
        }
        return line.number(at);
    }

    private int at(String key, int expected) {
        int at = line.at(key, expected);
        if (at < 0) {
            throw damaged("it has no '" + key + "'");
        }
        return at;
    }

    private TraceException wrong(EventField field, int at, String form) {
        return damaged(at, "'" + field.name() + "' is " + line.shown(at) + ", not " + form);
    }

    private TraceException damaged(int at, String what) {
        return new TraceException(lines.at(line.column(at)) + what + WHAT_TO_DO);
    }

    private TraceException damaged(String what) {
        return new TraceException(lines.at() + what + WHAT_TO_DO);
    }

    /** The tree of a line's text, or null when it is no JSON. */
    private static JsonNode tree(CharBuffer text) {
        try {
            return text == null ? null : TREES.readTree(text.toString());
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static boolean isClosing(JsonNode json) {
        return JsonLines.END.equals(json.path(JsonLines.TRACE).textValue());
    }

    private static TraceClosing closing(JsonNode json, String at) {
        JsonNode byName = json.path(JsonLines.COUNTS);
        boolean truncated = json.has(JsonLines.TRUNCATED);
        boolean form = isClosing(json)
                && count(json.path(JsonLines.EVENTS))
                && count(json.path(JsonLines.LAST_TICK))
                && json.path(JsonLines.DIGEST).isTextual()
                && byName.isObject()
                && (!truncated || BooleanNode.TRUE.equals(json.get(JsonLines.TRUNCATED)))
                && json.size() == (truncated ? 6 : 5);
        if (!form) {
            throw new TraceException(at + "it is neither an event nor the closing line" + WHAT_TO_DO);
        }
        SortedMap<Integer, Long> byId = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : byName.properties()) {
            EventType type = EventCatalog.get().byName(entry.getKey());
            if (type == null || !count(entry.getValue())) {
                throw new TraceException(at + "the closing line's count of '" + JsonLine.quotable(entry.getKey())
                        + "' is of no event, or no count" + WHAT_TO_DO);
            }
            byId.put(type.id(), entry.getValue().longValue());
        }
        return new TraceClosing(
                json.get(JsonLines.EVENTS).longValue(),
                json.get(JsonLines.LAST_TICK).longValue(),
                json.get(JsonLines.DIGEST).textValue(),
                byId,
                truncated);
    }

    private static boolean count(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
    }

    @Override
    public void close() {
        lines.close();
    }
}

package org.pagetrail.traces.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;

/**
 * Reads the portable trace, plain or compressed with gzip; the other side is {@link JsonLinesWriter}.
 *
 * <p>Every line is checked against the catalog, and what it means against what came before: ordinals dense from 0, ticks that
 * never go back, symbols that were defined. The digest of the closing line is over the blocks of a journal and is not checked
 * here; its counts are.
 */
public final class JsonLinesReader implements TraceReader {
    private static final String WHAT_TO_DO = "; mend the line, or export the trace again";

    private static final ObjectReader JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(100).build())
                    .build())
            .readerFor(JsonNode.class)
            .with(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String name;
    private final BufferedReader lines;
    private final EventCounts counts = new EventCounts();
    private final SymbolTable symbols = new SymbolTable();
    private final long[] fields = new long[FlatEvents.MAX_FIELDS];
    private final TraceHeader header;
    private long lineNumber;
    private TraceClosing closing;
    private boolean ended;

    private JsonLinesReader(String name, InputStream input) {
        this.name = name;
        lines = new BufferedReader(new InputStreamReader(
                input,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        String first = line();
        if (first == null) {
            throw new TraceException(name + " is empty; name a trace that was exported");
        }
        JsonNode json = parse(first);
        try {
            header = TraceHeader.fromJson(json);
        } catch (TraceException e) {
            throw new TraceException(name + ":1: " + e.getMessage(), e);
        }
    }

    /**
     * Opens a portable trace.
     *
     * @throws TraceException when there is none, or its header is not one
     */
    public static JsonLinesReader open(Path file) {
        InputStream input = null;
        try {
            input = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
            if (file.toString().endsWith(".gz")) {
                input = new GZIPInputStream(input, 1 << 16);
            }
            return new JsonLinesReader(file.toString(), input);
        } catch (NoSuchFileException e) {
            throw new TraceException(file + " does not exist; name a trace that record or export made", e);
        } catch (ZipException e) {
            closeQuietly(input);
            throw new TraceException(file + " is not compressed with gzip, as its name says; rename or compress it", e);
        } catch (IOException e) {
            closeQuietly(input);
            throw new TraceException(file + " cannot be read: " + e.getMessage(), e);
        } catch (TraceException e) {
            closeQuietly(input);
            throw e;
        }
    }

    private static void closeQuietly(InputStream input) {
        try {
            if (input != null) {
                input.close();
            }
        } catch (IOException e) {
            // It was only read.
        }
    }

    @Override
    public TraceHeader header() {
        return header;
    }

    /** The closing record; known only when all events were read. */
    @Override
    public TraceClosing closing() {
        if (!ended) {
            throw new IllegalStateException("the closing line comes after the events; read them first");
        }
        return closing;
    }

    @Override
    public long ordinal() {
        return counts.total() - 1;
    }

    @Override
    public boolean next(TraceEvents out) {
        if (ended) {
            return false;
        }
        String line = line();
        if (line == null) {
            ended = true;
            return false;
        }
        JsonNode json = parse(line);
        if (!json.isObject()) {
            throw damaged("no JSON object");
        }
        if (!json.has("event")) {
            closing = readClosing(json);
            ended = true;
            if (line() != null) {
                throw damaged("a line after the closing line");
            }
            return false;
        }
        event(json, out);
        return true;
    }

    private void event(JsonNode json, TraceEvents out) {
        EventType type = EventCatalog.get().byName(json.get("event").asText());
        if (type == null || !json.get("event").isTextual()) {
            throw damaged("no event has the name " + json.get("event"));
        }
        long ordinal = number(json, "ordinal");
        if (ordinal != counts.total()) {
            throw damaged("ordinal " + ordinal + " where " + counts.total() + " is due");
        }
        long tick = number(json, "tick");
        if (tick < counts.lastTick()) {
            throw damaged("tick " + tick + " after tick " + counts.lastTick());
        }
        List<EventField> described = type.fields();
        int keys = 3 + described.size() + (type.hasText() ? 1 : 0);
        for (int i = 0; i < described.size(); i++) {
            fields[i] = value(described.get(i), tree(json, described.get(i).name()));
        }
        String text = null;
        if (type.hasText()) {
            JsonNode value = tree(json, JsonLines.TEXT);
            if (!value.isTextual()) {
                throw damaged("'" + JsonLines.TEXT + "' is no text");
            }
            text = value.textValue();
            symbols.define(fields[0], text);
        }
        if (json.size() != keys) {
            throw damaged("keys that a " + type.name() + " does not have");
        }
        counts.count(type.id(), tick);
        EventDispatch.dispatch(type.id(), tick, fields, text, out);
    }

    private long value(EventField field, JsonNode value) {
        return switch (field.kind()) {
            case LINEAR, PHYSICAL, ENTRY, VALUE -> hex(field, value);
            case ERROR_CODE -> intRange(field, hex(field, value));
            case PAGE, FRAME -> {
                long address = hex(field, value);
                if ((address & (1 << JsonLines.PAGE_SHIFT) - 1) != 0) {
                    throw damaged("'" + field.name() + "' is not the first address of a page");
                }
                yield address >>> JsonLines.PAGE_SHIFT;
            }
            case COUNT, BYTES -> whole(field.name(), value);
            case INDEX, LEVEL, PRIVILEGE, PID -> intRange(field, whole(field.name(), value));
            case OPTIONAL_INDEX -> value.isNull() ? -1 : intRange(field, whole(field.name(), value));
            case FLAG -> {
                if (!value.isBoolean()) {
                    throw damaged("'" + field.name() + "' is neither true nor false");
                }
                yield value.booleanValue() ? 1 : 0;
            }
            case RIGHTS -> rights(field, value);
            case SYMBOL -> {
                Long id = symbols.id(value.asText());
                if (id == null || !value.isTextual()) {
                    throw damaged("'" + field.name() + "' is " + value + ", which no symbol-defined before it names");
                }
                yield id;
            }
            case CODE -> {
                int code = value.isTextual() ? field.codes().indexOf(value.textValue()) : -1;
                if (code < 0) {
                    throw damaged(
                            "'" + field.name() + "' is " + value + "; known are " + String.join(", ", field.codes()));
                }
                yield code;
            }
        };
    }

    private long rights(EventField field, JsonNode value) {
        try {
            return Rights.parse(value.asText());
        } catch (IllegalArgumentException e) {
            throw damaged("'" + field.name() + "': " + e.getMessage());
        }
    }

    private long intRange(EventField field, long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw damaged("'" + field.name() + "' is beyond its range");
        }
        return value;
    }

    private long hex(EventField field, JsonNode value) {
        String text = value.isTextual() ? value.textValue() : "";
        if (!text.startsWith("0x") || text.length() < 10 || text.length() > 18) {
            throw damaged("'" + field.name() + "' is " + value + ", no \"0x\" and eight digits");
        }
        try {
            long number = Long.parseUnsignedLong(text, 2, text.length(), 16);
            if (!JsonLinesWriter.hex(number).equals(text)) {
                throw damaged("'" + field.name() + "' is " + value + ", not the canonical form");
            }
            return number;
        } catch (NumberFormatException e) {
            throw damaged("'" + field.name() + "' is " + value + ", no hexadecimal number");
        }
    }

    private TraceClosing readClosing(JsonNode json) {
        JsonNode byName = json.path("counts");
        if (!JsonLines.END.equals(json.path("trace").asText()) || !byName.isObject() || json.size() != 5) {
            throw damaged("neither an event nor the closing line");
        }
        SortedMap<Integer, Long> byId = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : byName.properties()) {
            EventType type = EventCatalog.get().byName(entry.getKey());
            if (type == null) {
                throw damaged("no event has the name \"" + entry.getKey() + "\"");
            }
            byId.put(type.id(), whole(entry.getKey(), entry.getValue()));
        }
        JsonNode digest = tree(json, "digest");
        TraceClosing record = new TraceClosing(number(json, "events"), number(json, "lastTick"), digest.asText(), byId);
        if (record.events() != counts.total()
                || record.lastTick() != counts.lastTick()
                || !record.counts().equals(counts.byId())) {
            throw damaged("the closing line does not agree with the events before it");
        }
        return record;
    }

    private long number(JsonNode json, String key) {
        return whole(key, tree(json, key));
    }

    private long whole(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw damaged("'" + key + "' is " + value + ", no whole number from 0");
        }
        return value.longValue();
    }

    private JsonNode tree(JsonNode json, String key) {
        JsonNode value = json.get(key);
        if (value == null) {
            throw damaged("no '" + key + "'");
        }
        return value;
    }

    private JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw damaged("no JSON: " + e.getOriginalMessage().replace('\n', ' '));
        }
    }

    private String line() {
        try {
            lineNumber++;
            return lines.readLine();
        } catch (CharacterCodingException e) {
            throw damaged("no UTF-8");
        } catch (IOException e) {
            throw new TraceException(name + ":" + lineNumber + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private TraceException damaged(String what) {
        return new TraceException(name + ":" + lineNumber + ": " + what + WHAT_TO_DO);
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            // It was only read.
        }
    }
}

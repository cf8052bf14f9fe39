package org.pagetrail.traces.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import org.pagetrail.traces.event.BlockGeometry;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FieldKind;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;

/**
 * The JSON Schema of a line of the portable trace, {@code docs/trace.schema.json}, made from the catalog so that it cannot be out of
 * date.
 *
 * <p>A schema sees one line at a time: that ordinals are dense, ticks do not go back, symbols were defined and counts and digest
 * agree is for {@link JsonLinesReader} to check.
 */
public final class TraceSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String HEX = "^0x([0-9a-f]{8}|[1-9a-f][0-9a-f]{8,15})$";
    private static final String PAGE = "^0x([0-9a-f]{5}|[1-9a-f][0-9a-f]{5,12})000$";
    private static final String ERROR_CODE = "^0x[0-7][0-9a-f]{7}$";
    private static final String RIGHTS = "^[r-][w-][x-][u-]$";
    private static final String SHA_256 = "^[0-9a-f]{64}$";
    private static final int LAST_PRIVILEGE = 3;

    private TraceSchema() {}

    /** The whole schema, indented, with LF. */
    public static String text() {
        return schema().toPrettyString().replace(System.lineSeparator(), "\n") + "\n";
    }

    /** The schema. */
    public static ObjectNode schema() {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "A line of a pagetrail trace");
        schema.put(
                "$comment",
                "Made from the vocabulary by a test: mvn -pl traces test -Dtest=TraceSchemaTest -Dgolden.update");
        ArrayNode lines = schema.putArray("oneOf");
        reference(lines, "header");
        reference(lines, "closing");
        reference(lines, "excerpt-header");
        reference(lines, "excerpt-closing");
        reference(lines, "event");
        ObjectNode definitions = schema.putObject("$defs");
        definitions.set("header", header(false));
        definitions.set("closing", closing());
        definitions.set("excerpt-header", header(true));
        definitions.set("excerpt-closing", excerptClosing());
        ArrayNode events = definitions.putObject("event").putArray("oneOf");
        Collection<EventType> types = EventCatalog.get().types();
        types.forEach(type -> reference(events, type.name()));
        definitions.set("counts", counts(types));
        for (FieldKind kind : FieldKind.values()) {
            if (kind != FieldKind.CODE) {
                definitions.set(kindName(kind), kind(kind));
            }
        }
        types.forEach(type -> definitions.set(type.name(), event(type)));
        return schema;
    }

    private static void reference(ArrayNode to, String name) {
        to.add(reference(name));
    }

    private static ObjectNode reference(String name) {
        return JSON.objectNode().put("$ref", "#/$defs/" + name);
    }

    private static String kindName(FieldKind kind) {
        return "kind-" + EventCatalog.code(kind);
    }

    /** An object with these properties, all required and no others. */
    private static ObjectNode object(ObjectNode properties) {
        return object(properties, List.of());
    }

    private static ObjectNode object(ObjectNode properties, List<String> optional) {
        ObjectNode object = JSON.objectNode().put("type", "object");
        object.set("properties", properties);
        ArrayNode required = object.putArray("required");
        properties.fieldNames().forEachRemaining(name -> {
            if (!optional.contains(name)) {
                required.add(name);
            }
        });
        return object.put("additionalProperties", false);
    }

    private static ObjectNode constant(String value) {
        return JSON.objectNode().put("const", value);
    }

    private static ObjectNode constant(boolean value) {
        return JSON.objectNode().put("const", value);
    }

    private static ObjectNode string() {
        return JSON.objectNode().put("type", "string");
    }

    private static ObjectNode string(String pattern) {
        return string().put("pattern", pattern);
    }

    private static ObjectNode number(long least, long most) {
        return JSON.objectNode().put("type", "integer").put("minimum", least).put("maximum", most);
    }

    private static ObjectNode count() {
        return number(0, Long.MAX_VALUE);
    }

    private static ObjectNode anyObject() {
        return JSON.objectNode().put("type", "object");
    }

    private static ObjectNode header(boolean excerpt) {
        ObjectNode properties = JSON.objectNode();
        properties.set("trace", constant("pagetrail"));
        if (excerpt) {
            properties.set(JsonLines.EXCERPT, choice());
        }
        properties.set("format", number(1, TraceHeader.FORMAT));
        properties.set("vocabulary", string());
        properties.set("tool", string());
        properties.set("mode", string());
        properties.set("scenario", string());
        properties.set("seed", number(Long.MIN_VALUE, Long.MAX_VALUE));
        properties.set("ram", number(Long.MIN_VALUE, Long.MAX_VALUE));
        properties.set("plan", anyObject());
        properties.set("planDigest", string());
        properties.set("profile", anyObject());
        properties.set("kernel", anyObject());
        properties.set("modules", JSON.objectNode().put("type", "array"));
        properties.set("options", anyObject());
        ObjectNode blocks = JSON.objectNode();
        blocks.set("events", number(1, BlockGeometry.MOST_EVENTS));
        blocks.set("bytes", number(1, BlockGeometry.MOST_BYTES));
        properties.set("blocks", object(blocks));
        return object(properties, List.of("blocks"));
    }

    private static ObjectNode choice() {
        ObjectNode properties = JSON.objectNode();
        properties.set("from", count());
        properties.set("to", count());
        ObjectNode events = JSON.objectNode().put("type", "array");
        events.set("items", string());
        properties.set("events", events);
        properties.set("page", string(PAGE));
        properties.set("phase", string());
        properties.set("limit", count());
        properties.set("bare", JSON.objectNode().put("type", "boolean"));
        return object(properties, List.of("from", "to", "events", "page", "phase", "limit"));
    }

    private static ObjectNode closing() {
        ObjectNode properties = JSON.objectNode();
        properties.set(JsonLines.TRACE, constant(JsonLines.END));
        properties.set(JsonLines.EVENTS, count());
        properties.set(JsonLines.LAST_TICK, count());
        properties.set(JsonLines.DIGEST, string(SHA_256));
        properties.set(JsonLines.COUNTS, reference("counts"));
        properties.set(JsonLines.TRUNCATED, constant(true));
        return object(properties, List.of(JsonLines.TRUNCATED));
    }

    private static ObjectNode excerptClosing() {
        ObjectNode properties = JSON.objectNode();
        properties.set(JsonLines.TRACE, constant(JsonLines.END));
        properties.set(JsonLines.EXCERPT, constant(true));
        properties.set(JsonLines.EVENTS, count());
        properties.set(JsonLines.COUNTS, reference("counts"));
        return object(properties);
    }

    private static ObjectNode counts(Collection<EventType> types) {
        ObjectNode properties = JSON.objectNode();
        types.forEach(type -> properties.set(type.name(), count()));
        return object(properties, types.stream().map(EventType::name).toList());
    }

    private static ObjectNode event(EventType type) {
        ObjectNode properties = JSON.objectNode();
        properties.set(JsonLines.ORDINAL, count());
        properties.set(JsonLines.TICK, count());
        properties.set(JsonLines.EVENT, constant(type.name()));
        for (EventField field : type.fields()) {
            properties.set(field.name(), field(field));
        }
        if (type.hasText()) {
            properties.set(JsonLines.TEXT, string().put("maxLength", TraceEvents.LONGEST_TEXT));
        }
        ObjectNode event = object(properties, List.of(JsonLines.ORDINAL, JsonLines.TICK));
        // A bare line has neither.
        event.putObject("dependentRequired").putArray(JsonLines.ORDINAL).add(JsonLines.TICK);
        event.withObject("dependentRequired").putArray(JsonLines.TICK).add(JsonLines.ORDINAL);
        return event.put("description", type.says());
    }

    private static ObjectNode field(EventField field) {
        if (field.kind() != FieldKind.CODE) {
            return reference(kindName(field.kind()));
        }
        ObjectNode codes = JSON.objectNode();
        field.codes().forEach(codes.putArray("enum")::add);
        return codes;
    }

    private static ObjectNode kind(FieldKind kind) {
        return switch (kind) {
            case LINEAR, PHYSICAL, ENTRY, VALUE -> string(HEX);
            case PAGE, FRAME -> string(PAGE);
            case ERROR_CODE -> string(ERROR_CODE);
            case COUNT, BYTES -> count();
            case INDEX, PID -> number(0, Integer.MAX_VALUE);
            case OPTIONAL_INDEX -> {
                ObjectNode optional = number(0, Integer.MAX_VALUE);
                optional.putArray("type").add("integer").add("null");
                yield optional;
            }
            case LEVEL -> number(1, Integer.MAX_VALUE);
            case PRIVILEGE -> number(0, LAST_PRIVILEGE);
            case FLAG -> JSON.objectNode().put("type", "boolean");
            case RIGHTS -> string(RIGHTS);
            case SYMBOL -> string();
            case CODE -> throw new IllegalArgumentException("codes are the field's own");
        };
    }
}

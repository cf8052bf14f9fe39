package org.pagetrail.traces.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a trace says of itself before its first event: all that is needed to judge it without the files that made it, and to
 * make it again.
 *
 * <p>The plan, the profile and the inputs are kept as the JSON trees that their packages write and read.
 *
 * @param format version of the trace's format, from 1
 * @param vocabulary {@link EventCatalog#DIGEST} of the version that wrote it
 * @param tool name and release of the program that wrote it
 * @param mode the name of the paging mode, see {@link PagingModes}
 * @param scenario the workload's name
 * @param seed of the workload's pseudo-random choices
 * @param ram bytes of physical memory
 * @param plan the layout plan
 * @param planDigest SHA-256 of the plan's canonical JSON
 * @param profile the machine profile
 * @param kernel name, size, digest, entry and segments of the kernel image
 * @param modules name, size and digest of each module, an array
 * @param options everything else that changes events, an object
 * @param blocks where the journal's blocks end; null when the header does not say, see {@link #geometry}
 */
public record TraceHeader(
        int format,
        String vocabulary,
        String tool,
        String mode,
        String scenario,
        long seed,
        long ram,
        JsonNode plan,
        String planDigest,
        JsonNode profile,
        JsonNode kernel,
        JsonNode modules,
        JsonNode options,
        BlockGeometry blocks) {
    /** The format version that this release writes. */
    public static final int FORMAT = 3;

    /** The value of the first key of a header line, which tells a trace from other JSON. */
    private static final String MARK = "pagetrail";

    private static final String BLOCKS = "blocks";

    /** Of a header that does not say where blocks end. */
    public TraceHeader(
            int format,
            String vocabulary,
            String tool,
            String mode,
            String scenario,
            long seed,
            long ram,
            JsonNode plan,
            String planDigest,
            JsonNode profile,
            JsonNode kernel,
            JsonNode modules,
            JsonNode options) {
        this(
                format,
                vocabulary,
                tool,
                mode,
                scenario,
                seed,
                ram,
                plan,
                planDigest,
                profile,
                kernel,
                modules,
                options,
                null);
    }

    /** Where the journal's blocks end. */
    public BlockGeometry geometry() {
        return blocks == null ? BlockGeometry.STANDARD : blocks;
    }

    /** The header as JSON in canonical field order. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("trace", MARK);
        json.put("format", format);
        json.put("vocabulary", vocabulary);
        json.put("tool", tool);
        json.put("mode", mode);
        json.put("scenario", scenario);
        json.put("seed", seed);
        json.put("ram", ram);
        json.set("plan", plan);
        json.put("planDigest", planDigest);
        json.set("profile", profile);
        json.set("kernel", kernel);
        json.set("modules", modules);
        json.set("options", options);
        if (blocks != null) {
            json.putObject(BLOCKS).put("events", blocks.events()).put("bytes", blocks.bytes());
        }
        return json;
    }

    /**
     * The header that a JSON object says.
     *
     * @throws TraceException when it is none, or one of a newer format
     */
    public static TraceHeader fromJson(JsonNode json) {
        if (!json.isObject() || !MARK.equals(json.path("trace").asText())) {
            throw new TraceException("no pagetrail header");
        }
        long format = number(json, "format");
        if (format < 1 || format > FORMAT) {
            throw new TraceException("format " + format + " is not known to this version, which reads 1 to " + FORMAT
                    + "; use a newer one");
        }
        return new TraceHeader(
                (int) format,
                text(json, "vocabulary"),
                text(json, "tool"),
                text(json, "mode"),
                text(json, "scenario"),
                number(json, "seed"),
                number(json, "ram"),
                tree(json, "plan"),
                text(json, "planDigest"),
                tree(json, "profile"),
                tree(json, "kernel"),
                tree(json, "modules"),
                tree(json, "options"),
                json.has(BLOCKS) ? blocks(json.get(BLOCKS)) : null);
    }

    private static BlockGeometry blocks(JsonNode json) {
        JsonNode events = json.path("events");
        JsonNode bytes = json.path("bytes");
        if (!events.isInt() || !bytes.isInt()) {
            throw new TraceException("the header's '" + BLOCKS + "' does not say 'events' and 'bytes' as numbers");
        }
        try {
            return new BlockGeometry(events.intValue(), bytes.intValue());
        } catch (IllegalArgumentException e) {
            throw new TraceException("the header says " + e.getMessage(), e);
        }
    }

    private static long number(JsonNode json, String key) {
        JsonNode value = tree(json, key);
        if (!value.canConvertToLong() || !value.isIntegralNumber()) {
            throw new TraceException("the header's '" + key + "' is no whole number");
        }
        return value.longValue();
    }

    private static String text(JsonNode json, String key) {
        JsonNode value = tree(json, key);
        if (!value.isTextual()) {
            throw new TraceException("the header's '" + key + "' is no text");
        }
        return value.textValue();
    }

    private static JsonNode tree(JsonNode json, String key) {
        JsonNode value = json.get(key);
        if (value == null || value.isNull()) {
            throw new TraceException("the header has no '" + key + "'");
        }
        return value;
    }
}

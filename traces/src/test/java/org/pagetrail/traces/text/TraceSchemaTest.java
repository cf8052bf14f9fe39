package org.pagetrail.traces.text;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.traces.Golden;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.RandomEvents;
import org.pagetrail.traces.event.TraceClosing;

class TraceSchemaTest {
    private static final long SEED = 20_260_801;
    private static final JsonNode SCHEMA = TraceSchema.schema();
    private static final Set<String> KNOWN = Set.of(
            "$ref",
            "$schema",
            "title",
            "$comment",
            "description",
            "$defs",
            "oneOf",
            "type",
            "properties",
            "required",
            "additionalProperties",
            "dependentRequired",
            "const",
            "enum",
            "pattern",
            "minimum",
            "maximum",
            "maxLength",
            "items");

    /** Whether a value is as a schema says, of which only the words that ours uses are known. */
    private static boolean valid(JsonNode schema, JsonNode value) {
        for (Map.Entry<String, JsonNode> word : schema.properties()) {
            if (!KNOWN.contains(word.getKey())) {
                fail("the test does not know '" + word.getKey() + "'");
            }
            if (!valid(schema, word.getKey(), word.getValue(), value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean valid(JsonNode schema, String word, JsonNode said, JsonNode value) {
        return switch (word) {
            case "$ref" -> valid(SCHEMA.at(said.asText().substring(1)), value);
            case "oneOf" -> stream(said).filter(one -> valid(one, value)).count() == 1;
            case "type" -> said.isArray() ? stream(said).anyMatch(one -> type(one, value)) : type(said, value);
            case "properties" ->
                said.properties().stream()
                        .allMatch(one -> !value.has(one.getKey()) || valid(one.getValue(), value.get(one.getKey())));
            case "required" -> stream(said).allMatch(one -> value.has(one.asText()));
            case "additionalProperties" ->
                value.properties().stream()
                        .allMatch(one -> schema.get("properties").has(one.getKey()));
            case "dependentRequired" ->
                said.properties().stream()
                        .allMatch(one -> !value.has(one.getKey())
                                || stream(one.getValue()).allMatch(needed -> value.has(needed.asText())));
            case "const" -> said.equals(value);
            case "enum" -> stream(said).anyMatch(value::equals);
            case "pattern" ->
                !value.isTextual()
                        || java.util.regex.Pattern.compile(said.asText())
                                .matcher(value.asText())
                                .find();
            case "minimum" -> !value.isNumber() || value.canConvertToLong() && value.longValue() >= said.longValue();
            case "maximum" -> !value.isNumber() || value.canConvertToLong() && value.longValue() <= said.longValue();
            case "maxLength" -> !value.isTextual() || value.asText().length() <= said.intValue();
            case "items" -> !value.isArray() || stream(value).allMatch(one -> valid(said, one));
            default -> true;
        };
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return Stream.iterate(0, i -> i < array.size(), i -> i + 1).map(array::get);
    }

    private static boolean type(JsonNode name, JsonNode value) {
        return switch (name.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new AssertionError(name);
        };
    }

    private static JsonNode json(String line) throws IOException {
        return new ObjectMapper().readTree(line);
    }

    private static void assertValid(String line) throws IOException {
        assertTrue(valid(SCHEMA, json(line)), line);
    }

    @Test
    void theSchemaInTheProjectIsTheOneThatTheVocabularyMakes() throws IOException {
        Golden.assertIs(Golden.inProject("docs/trace.schema.json"), TraceSchema.text());
    }

    @Test
    void everyLineOfTheGoldenTracesIsAsTheSchemaSays() throws IOException {
        try (Stream<Path> files = Files.list(Golden.inModule("golden"))) {
            for (Path file : files.toList()) {
                Set<String> seen = new TreeSet<>();
                for (String line : lines(file)) {
                    // One line of each kind: the oneOf of all events takes long.
                    if (seen.add(json(line).path("event").asText(line.substring(0, 20)))) {
                        assertValid(line);
                    }
                }
                assertTrue(seen.size() > 15, seen::toString);
            }
        }
    }

    private static List<String> lines(Path file) throws IOException {
        if (!file.toString().endsWith(".gz")) {
            return Files.readAllLines(file);
        }
        try (InputStream text = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    @Test
    void everyEventThatIsWrittenIsAsTheSchemaSays() throws IOException {
        StringWriter text = new StringWriter();
        EventCounts counts = new EventCounts();
        SymbolTable symbols = new SymbolTable();
        JsonLinesWriter writer = new JsonLinesWriter(text, () -> counts.total() - 1, symbols);
        JsonLinesWriter bare = JsonLinesWriter.bare(text, symbols);
        writer.header(JsonLinesTest.header());
        new RandomEvents(SEED, new EventTee(counts, writer)).oneOfEach().some(300);
        writer.closing(new TraceClosing(counts.total(), counts.lastTick(), "ab".repeat(32), counts.byId()));
        writer.closing(new TraceClosing(counts.total(), counts.lastTick(), "ab".repeat(32), counts.byId(), true));
        writer.flush();
        EventFilter.Choice choice = new EventFilter.Choice(3, 7, Set.of("page-mapped"), 0xc0000, "S5", 2);
        bare.excerptHeader(JsonLinesTest.header(), choice);
        bare.excerptHeader(JsonLinesTest.header(), EventFilter.Choice.ALL);
        bare.frameCleared(7, 7);
        bare.excerptClosing(counts);
        bare.flush();
        List<String> lines = text.toString().lines().toList();
        assertTrue(lines.size() > 300);
        for (String line : lines) {
            assertValid(line);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
        "way":1, ~ ``
        "way":1, ~ "way":1,"colour":1,
        "way":1, ~ "way":-1,
        "way":1, ~ "way":2147483648,
        "way":1, ~ "way":"1",
        "way":1, ~ "way":1.5,
        "secondLevelWay":null ~ "secondLevelWay":-1
        "0xc0001000" ~ "0xc0001004"
        "0xc0001000" ~ "0xC0001000"
        "0xc0001000" ~ "0x0c0001000"
        "0xc0001000" ~ 3221229568
        "0x00011063" ~ "0x0001106"
        "rwx-" ~ "rw-x"
        "dirty":true ~ "dirty":1
        "miss" ~ "hit"
        "tlb-filled" ~ "tlb-full"
        "ordinal":2, ~ ``
        "ordinal":2, ~ "ordinal":-2,
        """)
    void whatTheReaderRefusesOfOneLineTheSchemaDoesToo(String right, String wrong) throws IOException {
        String fill = "{\"ordinal\":2,\"tick\":6,\"event\":\"tlb-filled\",\"tlb\":\"data-4k\",\"set\":0,\"way\":1,"
                + "\"secondLevelWay\":null,\"page\":\"0xc0001000\",\"pde\":\"0x00011063\",\"pte\":\"0x00001063\","
                + "\"rights\":\"rwx-\",\"dirty\":true,\"global\":false,\"cause\":\"miss\",\"walkReferences\":2}";
        assertValid(fill);
        assertTrue(fill.contains(right), right);
        assertFalse(valid(SCHEMA, json(fill.replace(right, wrong))), wrong);
    }
}

package org.pagetrail.traces.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.ToldEvents;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceException;

/** What the reader of the portable trace refuses, and how it says so. */
class JsonLinesRefusalTest {
    private static final long SEED = 20_260_101;

    private static final String HEADER = JsonLinesTest.header().toJson().toString();
    private static final String SYMBOL =
            "{\"ordinal\":0,\"tick\":5,\"event\":\"symbol-defined\",\"id\":1,\"text\":\"S5\"}";
    private static final String PHASE = "{\"ordinal\":1,\"tick\":5,\"event\":\"phase-began\",\"symbol\":\"S5\"}";
    private static final String FILL =
            "{\"ordinal\":2,\"tick\":6,\"event\":\"tlb-filled\",\"tlb\":\"data-4k\",\"set\":0,\"way\":1,"
                    + "\"secondLevelWay\":null,\"page\":\"0xc0001000\",\"pde\":\"0x00011063\",\"pte\":\"0x00001063\",\"rights\":\"rwx-\","
                    + "\"dirty\":true,\"global\":false,\"cause\":\"miss\",\"walkReferences\":2}";
    private static final String FAULT =
            "{\"ordinal\":3,\"tick\":7,\"event\":\"page-faulted\",\"linear\":\"0x00000000\","
                    + "\"errorCode\":\"0x00000004\",\"ip\":\"0x08048000\",\"sp\":\"0xbffffff0\",\"cpl\":3,\"ac\":false,"
                    + "\"walkReferences\":1}";
    private static final String CLOSING = "{\"trace\":\"end\",\"events\":4,\"lastTick\":7,\"digest\":\"00\",\"counts\":"
            + "{\"symbol-defined\":1,\"phase-began\":1,\"tlb-filled\":1,\"page-faulted\":1}}";
    private static final String TRACE = String.join("\n", HEADER, SYMBOL, PHASE, FILL, FAULT, CLOSING) + "\n";

    @TempDir
    Path temporary;

    private static void read(Path file) {
        try (JsonLinesReader reader = JsonLinesReader.open(file)) {
            reader.readAll(new ToldEvents());
        }
    }

    private String refusal(String name, byte[] bytes) throws IOException {
        Path file = temporary.resolve(name);
        Files.write(file, bytes);
        String message = assertThrows(TraceException.class, () -> read(file)).getMessage();
        assertFalse(message.contains("\n"), message);
        assertTrue(message.contains("; "), () -> "says not what to do: " + message);
        assertTrue(message.startsWith(file.toString()), message);
        return message.substring(file.toString().length());
    }

    private String refusal(String text) throws IOException {
        return refusal("trace.jsonl", text.getBytes(StandardCharsets.UTF_8));
    }

    private String refusal(String from, String to) throws IOException {
        assertTrue(TRACE.contains(from), from);
        return refusal(TRACE.replace(from, to));
    }

    @Test
    void theTraceThatTheseTestsSpoilIsWhole() throws IOException {
        Path file = Files.writeString(temporary.resolve("trace.jsonl"), TRACE);
        read(file);
        try (JsonLinesReader reader = JsonLinesReader.open(file)) {
            assertTrue(reader.complete());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
        "event":"phase-began" ~ "event":"phase-begun" ~ :3: no event has the name "phase-begun"
        "event":"phase-began" ~ "event":7 ~ :3: no event has the name 7
        "event":"phase-began" ~ "event":["phase-began"] ~ :3: no event has the name an array
        "way":1, ~ `` ~ :4: it has no 'way'
        "way":1, ~ "way":1,"way":1, ~ :4: 'way' stands in it twice
        "way":1, ~ "way":1,"colour":1, ~ :4: a tlb-filled has no 'colour'
        "symbol":"S5" ~ "symbol":"S5","text":"S5" ~ :3: a phase-began has no 'text'
        "way":1, ~ "way":-1, ~ :4: 'way' is -1, not a whole number from 0
        "way":1, ~ "way":1.0, ~ :4: 'way' is a fraction, not a whole number from 0
        "way":1, ~ "way":"1", ~ :4: 'way' is "1", not a whole number from 0
        "way":1, ~ "way":true, ~ :4: 'way' is true, not a whole number from 0
        "way":1, ~ "way":null, ~ :4: 'way' is null, not a whole number from 0
        "way":1, ~ "way":{}, ~ :4: 'way' is an object, not a whole number from 0
        "way":1, ~ "way":2147483648, ~ :4: 'way' is 2147483648, not in its range
        "way":1, ~ "way":99999999999999999999, ~ :4: the number of 'way' is beyond 64 bits
        "secondLevelWay":null ~ "secondLevelWay":-1 ~ :4: 'secondLevelWay' is -1, not a whole number
        "cpl":3 ~ "cpl":4 ~ :5: 'cpl' is 4, not in its range
        "0xc0001000" ~ "0xc0001004" ~ :4: 'page' is "0xc0001004", not the first address of a page
        "0xc0001000" ~ "0xC0001000" ~ :4: 'page' is "0xC0001000", not "0x" and at least eight
        "0xc0001000" ~ "c0001000" ~ :4: 'page' is "c0001000", not "0x" and at least eight
        "0xc0001000" ~ "0x0c0001000" ~ :4: 'page' is "0x0c0001000", not "0x" and at least eight
        "0xc0001000" ~ 3221229568 ~ :4: 'page' is 3221229568, not "0x" and at least eight
        "0x00000004" ~ "0x80000000" ~ :5: 'errorCode' is "0x80000000", not in its range
        "rwx-" ~ "rw-x" ~ :4: 'rights' is "rw-x", not of the form "rwxu"
        "rwx-" ~ 11 ~ :4: 'rights' is 11, not of the form "rwxu"
        "dirty":true ~ "dirty":1 ~ :4: 'dirty' is 1, not true or false
        "miss" ~ "hit" ~ :4: 'cause' is "hit", not one of miss, dirty, second-level
        "miss" ~ 0 ~ :4: 'cause' is 0, not one of miss, dirty, second-level
        "symbol":"S5" ~ "symbol":"S6" ~ :3: 'symbol' is "S6", not a text that a symbol-defined
        "symbol":"S5" ~ "symbol":1 ~ :3: 'symbol' is 1, not a text that a symbol-defined
        "text":"S5" ~ "text":5 ~ :2: 'text' is no text
        "text":"S5" ~ "text":"\\ud800" ~ :2: 'text' is no text
        "ordinal":1 ~ "ordinal":2 ~ :3: its ordinal is 2 where 1 is due
        "ordinal":1, ~ `` ~ :3: it has no 'ordinal'
        "ordinal":0 ~ "ordinal":1 ~ :2: its ordinal is 1 where 0 is due
        "tick":6 ~ "tick":4 ~ :4: its tick is 4 after tick 5
        "tick":5,"event":"symbol-defined" ~ "tick":-5,"event":"symbol-defined" ~ :2: 'tick' is -5, not a whole
        "events":4 ~ "events":5 ~ :6: the closing line counts 5 events, but 4 precede it
        "lastTick":7 ~ "lastTick":8 ~ :6: the closing line says 8 for the last tick, but it is 7
        "phase-began":1 ~ "phase-began":2 ~ :6: the closing line's counts do not agree
        "phase-began":1 ~ "phase-ended":1 ~ :6: the closing line's counts do not agree
        "phase-began":1 ~ "phase-begun":1 ~ :6: the closing line's count of 'phase-begun' is of no event
        "phase-began":1 ~ "phase-began":-1 ~ :6: the closing line's count of 'phase-began' is of no event
        "trace":"end" ~ "trace":"END" ~ :6: it is neither an event nor the closing line
        "digest":"00" ~ "digest":0 ~ :6: it is neither an event nor the closing line
        "digest":"00" ~ "digest":"00","more":0 ~ :6: it is neither an event nor the closing line
        "digest":"00" ~ "digest":"00","truncated":false ~ :6: it is neither an event nor the closing line
        "trace":"pagetrail" ~ "trace":"other" ~ :1: no pagetrail header
        "format":3 ~ "format":4 ~ :1: format 4 is not known
        "format":3 ~ "format":4294967297 ~ :1: format 4294967297 is not known
        "format":3, ~ `` ~ :1: the header has no 'format'
        "ram": ~ "comment":"","ram": ~ :1: a header has no 'comment'
        "mode":"ia32" ~ "mode":"ia64" ~ :1: paging mode 'ia64' is not known
        "scenario" ~ "excerpt":{},"scenario" ~ :1: it is an excerpt
        "options":{} ~ "options":{},"blocks":{"events":4096} ~ :1: the header's 'blocks' does not say
        "options":{} ~ "options":{},"blocks":{"events":0,"bytes":1} ~ :1: the header says blocks of 0 events
        "options":{} ~ "options":{},"blocks":{"events":1,"bytes":49153} ~ :1: the header says blocks of 1 events
        "seed":7 ~ "seed":"7" ~ :1: the header's 'seed' is no whole number
        """)
    void aLineThatIsNotAsTheCatalogSaysIsNamedWithWhatIsWrong(String from, String to, String expected)
            throws IOException {
        String message = refusal(from, to);
        assertTrue(withoutColumn(message).startsWith(expected), message);
    }

    private static String withoutColumn(String message) {
        return message.replaceFirst("^(:[0-9]+):[0-9]+: ", "$1: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
        "way":1, ~ "way":-1, ~ :4:74: 'way' is -1
        "way":1, ~ "way":1,"colour":1, ~ :4:85: a tlb-filled has no 'colour'
        "way":1, ~ "way":1,"way":1, ~ :4:76: 'way' stands in it twice
        "way":1, ~ "way":!, ~ :4:74: it is no JSON
        "way":1, ~ "way":1;, ~ :4:75: it is no JSON
        "ordinal":2 ~ "ordinal":3 ~ :4:12: its ordinal is 3 where 2 is due
        "tick":6 ~ "tick":4 ~ :4:21: its tick is 4 after tick 5
        "event":"phase-began" ~ "event":"phase-begun" ~ :3:31: no event has the name
        "text":"S5" ~ "text":"\u00e9\\ud800" ~ :2:62: 'text' is no text
        """)
    void theColumnIsThatOfTheFirstCharacterThatIsWrong(String from, String to, String expected) throws IOException {
        String message = refusal(from, to);
        assertTrue(message.startsWith(expected), message);
    }

    @Test
    void aTextThatNoJournalCanHoldIsRefused() throws IOException {
        String longest = "é".repeat(TraceEvents.LONGEST_TEXT / 2);
        assertTrue(refusal("\"S5\"", '"' + longest + "x\"").startsWith(":2:62: 'text' is longer than 8192 bytes"));
        Path file = Files.writeString(temporary.resolve("trace.jsonl"), TRACE.replace("\"S5\"", '"' + longest + '"'));
        read(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{", "{}{}", "{\"event\"", "{\"event\":}", "{'event':1}", "null", "\u0000"})
    void aLineThatIsNoObjectIsRefused(String line) throws IOException {
        assertTrue(withoutColumn(refusal(PHASE, line)).startsWith(":3: it is no"), line);
    }

    @Test
    void aSecondMeaningOfASymbolIsRefused() throws IOException {
        String again = "{\"ordinal\":1,\"tick\":5,\"event\":\"symbol-defined\",\"id\":%d,\"text\":\"%s\"}";
        assertTrue(
                refusal(PHASE, again.formatted(2, "S5")).startsWith(":3:62: symbol 2 or its text was defined before"));
        assertTrue(
                refusal(PHASE, again.formatted(1, "S6")).startsWith(":3:62: symbol 1 or its text was defined before"));
    }

    @Test
    void aClosingLineThatIsNoneIsNamedByItsLineBeforeTheEventsAreRead() throws IOException {
        Path file =
                Files.writeString(temporary.resolve("trace.jsonl"), TRACE.replace("\"digest\":\"00\"", "\"digest\":0"));
        try (JsonLinesReader reader = JsonLinesReader.open(file)) {
            String message = assertThrows(TraceException.class, reader::closing).getMessage();
            assertTrue(message.startsWith(file + ":6: it is neither an event nor the closing line"), message);
        }
    }

    @Test
    void nothingMayFollowTheClosingLine() throws IOException {
        assertTrue(refusal(TRACE + FAULT + "\n").startsWith(":7: it stands after the closing line"));
        assertTrue(refusal(TRACE + "\n").startsWith(":7: it stands after the closing line"));
    }

    @Test
    void whatIsNotUtf8IsRefused() throws IOException {
        byte[] bytes = TRACE.getBytes(StandardCharsets.UTF_8);
        bytes[TRACE.indexOf("S5")] = (byte) 0xc0;
        assertTrue(refusal("trace.jsonl", bytes).startsWith(":2:63: it is not UTF-8"));
        bytes[2] = (byte) 0xff;
        assertTrue(refusal("trace.jsonl", bytes).startsWith(":1: it is no JSON"));
    }

    @Test
    void aFileThatIsNoTraceIsRefusedWithoutALine() throws IOException {
        assertTrue(refusal("").startsWith(" is empty"));
        assertTrue(refusal("trace.jsonl.gz", new byte[0]).startsWith(" is empty"));
        assertTrue(refusal("trace.jsonl", new byte[] {0x1f, (byte) 0x8b, 0, 0}).startsWith(" begins as a file"));
        assertTrue(refusal("trace.jsonl", new byte[] {0x7f, 'E', 'L', 'F'}).startsWith(" is no trace"));
        assertTrue(refusal("\ufeff" + TRACE).startsWith(" is no trace"));
        Path missing = temporary.resolve("missing.jsonl");
        String message = assertThrows(TraceException.class, () -> JsonLinesReader.open(missing))
                .getMessage();
        assertEquals(missing + " does not exist; name a trace that record or export made", message);
        message = assertThrows(TraceException.class, () -> JsonLinesReader.open(temporary))
                .getMessage();
        assertEquals(temporary + " is a directory; name a file that export made", message);
    }

    @Test
    void anySpoiledTraceIsReadOrRefusedButNeverCrashes() throws IOException {
        byte[] whole = TRACE.getBytes(StandardCharsets.UTF_8);
        Path file = temporary.resolve("fuzz.jsonl");
        int refused = 0;
        for (int round = 0; round < 4000; round++) {
            long seed = SEED + round;
            byte[] spoiled = spoil(whole.clone(), new Random(seed));
            Files.write(file, spoiled);
            try {
                try (JsonLinesReader reader = JsonLinesReader.open(file)) {
                    reader.closing();
                    reader.readAll(new ToldEvents());
                    reader.closing();
                }
            } catch (TraceException e) {
                refused++;
                assertFalse(e.getMessage().contains("\n"), () -> "seed " + seed + ": " + e.getMessage());
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(refused > 2000, "only " + refused + " were refused");
    }

    @Test
    void anySpoiledCompressedTraceIsReadOrRefusedButNeverCrashes() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(whole)) {
            gzip.write(TRACE.getBytes(StandardCharsets.UTF_8));
        }
        Path file = temporary.resolve("fuzz.jsonl.gz");
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            long seed = SEED + round;
            Files.write(file, spoil(whole.toByteArray(), new Random(seed)));
            try {
                try (JsonLinesReader reader = JsonLinesReader.open(file)) {
                    reader.closing();
                    reader.readAll(new ToldEvents());
                }
            } catch (TraceException e) {
                refused++;
                assertTrue(e.getMessage().startsWith(file.toString()), () -> "seed " + seed + ": " + e.getMessage());
                assertFalse(e.getMessage().contains("\n"), () -> "seed " + seed + ": " + e.getMessage());
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(refused > 1000, "only " + refused + " were refused");
    }

    private static byte[] spoil(byte[] bytes, Random random) {
        byte[] spoiled = bytes;
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(spoiled.length);
            switch (random.nextInt(5)) {
                case 0 -> spoiled[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> spoiled[at] = (byte) "{}[]\":,0-.e\n\\nt".charAt(random.nextInt(15));
                case 2 -> spoiled = Arrays.copyOf(spoiled, at + 1);
                case 3 -> {
                    int length = Math.min(random.nextInt(40), spoiled.length - at);
                    System.arraycopy(spoiled, random.nextInt(spoiled.length - length + 1), spoiled, at, length);
                }
                default -> {
                    byte[] longer = new byte[spoiled.length + 1 + random.nextInt(20)];
                    System.arraycopy(spoiled, 0, longer, 0, at);
                    System.arraycopy(spoiled, at, longer, at + longer.length - spoiled.length, spoiled.length - at);
                    spoiled = longer;
                }
            }
        }
        return spoiled;
    }
}

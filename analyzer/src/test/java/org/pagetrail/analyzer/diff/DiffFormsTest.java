package org.pagetrail.analyzer.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.pagetrail.replay.state.MapRegion;

class DiffFormsTest {
    private static final EventWording PLAIN = new EventWording() {
        @Override
        public String text(TracedEvent event) {
            return "fields " + event.fields();
        }

        @Override
        public JsonNode json(TracedEvent event) {
            return JsonNodeFactory.instance.numberNode(event.ordinal());
        }
    };

    private static TraceDiff diff(ToldTrace old, ToldTrace now) {
        return Differ.diff(
                old::read,
                now::read,
                header -> List.of(new MapRegion(0xc0400000L, 0xff3fffffL, "kernel-heap")),
                reader -> List.of());
    }

    private static TraceDiff moved() {
        ToldTrace now = ToldTrace.boot(0x500);
        now.module("a|b`c\u001b\n<i>*", 5, "aa");
        now.begin("S6");
        now.pass(1000);
        now.end("S6");
        return diff(ToldTrace.boot(0x400), now);
    }

    private static TraceDiff withViolations() {
        TraceDiff diff = moved();
        return new TraceDiff(
                diff.inputs(),
                diff.finalMap(),
                diff.phaseMaps(),
                diff.events(),
                diff.costs(),
                new ViolationDifferences(
                        List.of(ViolationComparisonTest.violation("TLB001", 0xc0400000L, 9, "a | b", 2)),
                        List.of(ViolationComparisonTest.violation("LAY010", 0, 9, "x", 1)),
                        List.of(),
                        3));
    }

    @Test
    void thatNothingDiffersIsOneLine() {
        TraceDiff none = diff(ToldTrace.boot(0x400), ToldTrace.boot(0x400));
        assertEquals("No differences between a and b: 22 events each.\n", DiffText.of(none, "a", "b", PLAIN));
        assertTrue(DiffMarkdown.of(none, "a", "b", PLAIN).contains("No differences: 22 events each."));
        assertTrue(DiffJson.of(none, "a", "b", PLAIN).get("same").asBoolean());
    }

    @Test
    void theTextNamesWhatMovedAndWhere() {
        String text = DiffText.of(moved(), "old.trace", "new.trace", PLAIN);
        assertTrue(text.startsWith("- old.trace\n+ new.trace\nNot the same: inputs, maps, events, costs. "), text);
        assertTrue(text.contains("\n  ~ 0xc0400000-0xc0401fff      8 KB  kernel-heap\n"), text);
        assertTrue(text.contains("\n      frames 0x00402000-0x00403fff -> 0x00502000-0x00503fff\n"), text);
        assertTrue(text.contains("\n  S4          2 as at the end of the recording\n"), text);
        assertTrue(text.contains("\n  S5          as at the end of the recording\n"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    }

    @Test
    void controlCharactersOfNamesReachNoTerminal() {
        for (String text : List.of(DiffText.of(moved(), "o", "n", PLAIN), DiffMarkdown.of(moved(), "o", "n", PLAIN))) {
            assertTrue(text.chars().allMatch(c -> c == '\n' || c >= ' '), text);
        }
    }

    @Test
    void cellsOfMarkdownAreEscaped() {
        String markdown = DiffMarkdown.of(withViolations(), "x|y", "n", PLAIN);
        assertTrue(markdown.contains("| a\\|b\\`c??&lt;i\\>\\*, 5 B, sha256 aa |"), markdown);
        assertTrue(markdown.contains("| a \\| b |"), markdown);
        assertTrue(markdown.startsWith("# Differences between x\\|y and n\n"), markdown);
        markdown.lines()
                .filter(line -> line.startsWith("|"))
                .forEach(line -> assertTrue(line.endsWith("|") && !line.contains("||"), line));
    }

    @Test
    void violationsAreToldWithTheirEvidence() {
        String text = DiffText.of(withViolations(), "o", "n", PLAIN);
        String violations = text.substring(text.indexOf("\nViolations"));
        assertEquals(
                List.of(
                        "Violations: 1 new, 1 gone, 0 seen more or less often, 3 the same",
                        "  + TLB001 error 0xc0400000 in S5",
                        "      It holds.",
                        "      expected none",
                        "      found a | b",
                        "      cause event 8, page-unmapped"),
                violations.lines().skip(1).limit(6).toList());
        JsonNode json = DiffJson.of(withViolations(), "o", "n", PLAIN).get("violations");
        assertEquals("TLB001", json.get("new").get(0).get("rule").asText());
        assertEquals("LAY010", json.get("gone").get(0).get("rule").asText());
        assertEquals(3, json.get("same").asInt());
    }

    @Test
    void jsonHasEveryPart() {
        JsonNode json = DiffJson.of(moved(), "o", "n", PLAIN);
        assertFalse(json.get("same").asBoolean());
        assertEquals("module", json.get("inputs").get(0).get("input").asText());
        JsonNode range = json.get("maps").get("end").get(0);
        assertEquals("changed", range.get("difference").asText());
        assertEquals("frames", range.get("changes").get(0).asText());
        assertEquals("0x00502000", range.get("new").get("physical").asText());
        assertEquals("end", json.get("maps").get("phases").get(1).get("as").asText());
        assertEquals(
                "frames-allocated",
                json.get("events").get("kinds").get(2).get("event").asText());
        assertEquals("cycles", json.get("costs").get(0).get("measure").asText());
    }

    @Test
    void noFormDependsOnTheLocale() {
        Locale before = Locale.getDefault();
        String text = DiffText.of(withViolations(), "o", "n", PLAIN);
        String markdown = DiffMarkdown.of(withViolations(), "o", "n", PLAIN);
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals(text, DiffText.of(withViolations(), "o", "n", PLAIN));
            assertEquals(markdown, DiffMarkdown.of(withViolations(), "o", "n", PLAIN));
        } finally {
            Locale.setDefault(before);
        }
    }
}

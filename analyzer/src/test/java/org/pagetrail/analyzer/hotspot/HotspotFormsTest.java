package org.pagetrail.analyzer.hotspot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.Tlb;

/** A result as text, JSON and comma-separated values. */
class HotspotFormsTest {
    private static Hotspots sample() {
        ToldTrace trace = new ToldTrace("p6").begin("B1");
        trace.pass(1 + 18).filled(Tlb.DATA_4K, 2, -1, FillCause.MISS, 2);
        trace.pass(1 + 9).filledLarge(Tlb.DATA_4M, 0, -1, FillCause.MISS, 1);
        trace.pass(1 + 18).filled(Tlb.DATA_4K, 0xc_0001, -1, FillCause.MISS, 2);
        trace.counted(2, 1, 0, 0).end();
        trace.begin("odd, \"so called\" phase of a scenario with a long name");
        trace.pass(9_000_000_000L).counted(9_000_000_000L, 0, 0, 0).end();
        return trace.hotspots();
    }

    @Test
    void theTextIsAtMost80ColumnsWideAndNamesEachDivision() {
        String text = HotspotsText.of(sample(), 1);
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        for (String expected : List.of(
                "9,000,000,048 cycles on p6, every one attributed",
                "By phase",
                "By cause",
                "By region",
                "By page",
                "First-level misses",
                "(accesses, not told by page)",
                "(2 more; -n shows more)",
                "identity map")) {
            assertTrue(text.contains(expected), () -> expected + " in\n" + text);
        }
        assertFalse(text.contains("0xc0001000 4 KB"), "-n 1 shows one page");
        assertEquals(-1, text.indexOf('\r'));
    }

    @Test
    void aBarIsAsLongAsItsShare() {
        String text = HotspotsText.of(sample(), 0);
        String most =
                text.lines().filter(line -> line.contains("odd,")).findFirst().orElseThrow();
        assertTrue(most.endsWith("100.0%  ############"), most);
        String least = text.lines()
                .filter(line -> line.contains("identity map"))
                .findFirst()
                .orElseThrow();
        assertTrue(least.endsWith("48  <0.1%"), least);
    }

    @Test
    void aTraceWithoutEventsHasTextToo() {
        String text = HotspotsText.of(new ToldTrace("unit").hotspots(), 10);
        assertTrue(text.startsWith("0 cycles on unit"), text);
        assertFalse(text.contains("NaN"), text);
        assertEquals(
                0,
                HotspotsJson.of(new ToldTrace("unit").hotspots(), 10)
                        .get("cycles")
                        .asLong());
    }

    @Test
    void theJsonHasItsKeysInOneOrderAndAddsUp() {
        ObjectNode json = HotspotsJson.of(sample(), 1);
        List<String> keys = new ArrayList<>();
        json.fieldNames().forEachRemaining(keys::add);
        assertEquals(
                List.of(
                        "cycles",
                        "attributed",
                        "unattributed",
                        "complete",
                        "ending",
                        "profile",
                        "accesses",
                        "faults",
                        "causes",
                        "phases",
                        "regions",
                        "elsewhere",
                        "pages",
                        "otherPages",
                        "misses",
                        "faultingWalks",
                        "walkCost",
                        "faultCost"),
                keys);
        long cycles = json.get("cycles").asLong();
        assertEquals(cycles, sum(json.get("causes")));
        assertEquals(cycles, sum(json.get("phases")));
        assertEquals(cycles, sum(json.get("regions")) + sum(json.get("elsewhere")));
        assertEquals(
                cycles,
                sum(json.get("pages")) + json.get("otherPages").get("cycles").asLong() + sum(json.get("elsewhere")));
        assertEquals(2, json.get("otherPages").get("count").asInt());
        assertEquals("0x00002000", json.get("pages").get(0).get("page").asText());
        assertTrue(json.get("phases").get(0).get("phase").isNull());
        assertTrue(json.get("faultCost").get("p50").isNull());
    }

    private static long sum(JsonNode rows) {
        long sum = 0;
        for (JsonNode row : rows) {
            sum += row.get("cycles").asLong();
        }
        return sum;
    }

    @Test
    void theCsvIsOneTableThatAddsUpByScope() {
        String csv = HotspotsCsv.of(sample(), 1);
        List<List<String>> rows = csv.lines().map(HotspotFormsTest::fields).toList();
        assertEquals(List.of("scope", "name", "size", "cause", "count", "cycles"), rows.get(0));
        assertTrue(rows.stream().allMatch(row -> row.size() == 6), csv);
        long cycles = sample().cycles();
        assertEquals(cycles, sum(rows, "total"));
        assertEquals(cycles, sum(rows, "phase"));
        assertEquals(cycles, sum(rows, "region") + sum(rows, "elsewhere"));
        assertEquals(cycles, sum(rows, "page") + sum(rows, "elsewhere"));
        assertTrue(csv.contains("phase,\"odd, \"\"so called\"\" phase of"), csv);
        assertTrue(
                rows.stream().anyMatch(row -> row.get(1).startsWith("odd, \"so called\" phase")), "and is read back");
        assertTrue(csv.endsWith("\n") && csv.indexOf('\r') < 0);
    }

    private static long sum(List<List<String>> rows, String scope) {
        return rows.stream()
                .filter(row -> row.get(0).equals(scope))
                .mapToLong(row -> Long.parseLong(row.get(5)))
                .sum();
    }

    /** A row as RFC 4180 reads it. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}

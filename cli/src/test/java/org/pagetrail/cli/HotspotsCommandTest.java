package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code hotspots} on boots as they are recorded: not one cycle is left over. */
class HotspotsCommandTest {
    @TempDir
    Path temporary;

    private Path record(String... options) {
        Path trace = temporary.resolve("t");
        List<String> arguments = new ArrayList<>(List.of("record", "-q", "-o", trace.toString(), "--scenario", "boot"));
        arguments.addAll(List.of(options));
        assertEquals(ExitCodes.CLEAN, Main.run(arguments.toArray(String[]::new)));
        return trace;
    }

    private String run(Path trace, String... options) throws IOException {
        Path out = temporary.resolve("out" + options.length);
        List<String> arguments = new ArrayList<>(List.of("hotspots", trace.toString(), "-o", out.toString()));
        arguments.addAll(List.of(options));
        assertEquals(ExitCodes.CLEAN, Main.run(arguments.toArray(String[]::new)));
        return Files.readString(out);
    }

    private JsonNode json(Path trace, String... command) throws IOException {
        Path out = temporary.resolve(command[0] + ".json");
        assertEquals(ExitCodes.CLEAN, Main.run(command[0], trace.toString(), "--format", "json", "-o", out.toString()));
        return new ObjectMapper().readTree(out.toFile());
    }

    private static long sum(JsonNode rows) {
        long sum = 0;
        for (JsonNode row : rows) {
            sum += row.get("cycles").asLong();
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({
        "pentium, 64M, false",
        "pentium, 8M, true",
        "p6, 64M, false",
        "p6, 64M, true",
        "p6, 8M, false",
        "skylake, 64M, false",
        "skylake, 8M, true",
        "unit, 64M, true",
        "unit, 8M, false"
    })
    void everyCycleOfABootIsAttributed(String profile, String ram, boolean module) throws IOException {
        List<String> options = new ArrayList<>(List.of("--profile", profile, "--ram", ram));
        if (module) {
            options.addAll(List.of("--module", Path.of("..", "README.md").toString()));
        }
        Path trace = record(options.toArray(String[]::new));
        JsonNode info = json(trace, "info");
        JsonNode hotspots = json(trace, "hotspots");
        long cycles = info.get("cycles").asLong();
        assertEquals(cycles, hotspots.get("cycles").asLong());
        assertEquals(0, hotspots.get("unattributed").asLong());
        assertEquals(cycles, sum(hotspots.get("causes")));
        assertEquals(cycles, sum(hotspots.get("phases")));
        long elsewhere = sum(hotspots.get("elsewhere"));
        assertEquals(cycles, elsewhere + sum(hotspots.get("regions")));
        assertEquals(
                cycles,
                elsewhere
                        + sum(hotspots.get("pages"))
                        + hotspots.get("otherPages").get("cycles").asLong());
        for (JsonNode phase : info.get("phases")) {
            JsonNode same = null;
            for (JsonNode candidate : hotspots.get("phases")) {
                same = candidate.get("phase").asText().equals(phase.get("phase").asText()) ? candidate : same;
            }
            assertEquals(phase.get("cycles"), same.get("cycles"), phase.toString());
            long causes = 0;
            for (JsonNode cause : same.get("causes")) {
                causes += cause.asLong();
            }
            assertEquals(phase.get("cycles").asLong(), causes, phase.toString());
        }
    }

    @Test
    void countsAreThoseOfTheEvents() throws IOException {
        Path trace = record("--profile", "unit");
        JsonNode counts = json(trace, "info").get("counts");
        JsonNode hotspots = json(trace, "hotspots");
        for (JsonNode cause : hotspots.get("causes")) {
            if (cause.get("cause").asText().equals("clear-page")) {
                assertEquals(
                        counts.get("frame-cleared").asLong(), cause.get("count").asLong());
            }
        }
        long fills = 0;
        for (JsonNode misses : hotspots.get("misses")) {
            fills += misses.get("walks").asLong()
                    + misses.get("dirtyWalks").asLong()
                    + misses.get("secondLevel").asLong();
        }
        assertEquals(counts.get("tlb-filled").asLong(), fills);
        assertEquals(
                hotspots.get("accesses").get("walks").asLong(),
                hotspots.get("walkCost").get("count").asLong());
    }

    @Test
    void aMachineThatStopsInTheMiddleOfItsBootIsAttributedToo() throws IOException {
        String text = Files.readString(Path.of("..", "plans", "higher-half-3g.yaml"));
        String mapping = "  - {step: B1, first: 0x00000000, size: 3 GB, physical: 0x00000000, page: 4 MB}\n";
        assertTrue(text.contains(mapping));
        Path plan = Files.writeString(temporary.resolve("plan.yaml"), text.replace(mapping, ""));
        for (String profile : List.of("p6", "skylake", "unit")) {
            Path trace = record("--force", "--plan", plan.toString(), "--profile", profile);
            Files.deleteIfExists(temporary.resolve("hotspots.json"));
            JsonNode hotspots = json(trace, "hotspots");
            assertTrue(hotspots.get("faults").asLong() > 0, "a triple fault begins with a fault");
            assertEquals(0, hotspots.get("unattributed").asLong(), profile);
            assertEquals(hotspots.get("cycles").asLong(), sum(hotspots.get("phases")));
        }
    }

    @Test
    void theTextFitsATerminalAndTheOtherFormsAreWhole() throws IOException {
        Path trace = record();
        String text = run(trace);
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertTrue(text.contains("every one attributed") && text.contains("(accesses, not told by page)"), text);
        assertTrue(text.contains("remap the higher half with 4 KB pages"), text);
        String csv = run(trace, "--format", "csv");
        assertTrue(csv.startsWith("scope,name,size,cause,count,cycles\n"), csv);
        long pages = run(trace, "--format", "csv", "-n", "2")
                .lines()
                .filter(line -> line.startsWith("page,0x"))
                .map(line -> line.substring(0, 15))
                .distinct()
                .count();
        assertEquals(2, pages);
    }

    @Test
    void aPortableTraceGivesTheSameAsTheJournal() throws IOException {
        Path trace = record("--profile", "skylake");
        Path lines = temporary.resolve("t.jsonl");
        assertEquals(ExitCodes.CLEAN, Main.run("view", trace.toString(), "--format", "jsonl", "-o", lines.toString()));
        assertEquals(run(trace), run(lines, "-n", "10"));
    }
}

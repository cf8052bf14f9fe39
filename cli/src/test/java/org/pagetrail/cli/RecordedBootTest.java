package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The boot as {@code view --format jsonl} shows it: what the plan says is there, and nothing else. */
class RecordedBootTest {
    private static final long KERNEL = 0xc000_0000L;
    private static final long KERNEL_END = 0xc040_0000L;

    @TempDir
    Path temporary;

    private Path record(String name, String... options) {
        Path trace = temporary.resolve(name);
        List<String> arguments = new ArrayList<>(List.of("record", "-q", "-o", trace.toString(), "--scenario", "boot"));
        arguments.addAll(List.of(options));
        assertEquals(ExitCodes.CLEAN, Main.run(arguments.toArray(String[]::new)));
        return trace;
    }

    private List<JsonNode> view(Path trace) throws IOException {
        Path lines = temporary.resolve(trace.getFileName() + ".jsonl");
        assertEquals(ExitCodes.CLEAN, Main.run("view", trace.toString(), "--format", "jsonl", "-o", lines.toString()));
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(lines)) {
            JsonNode json = mapper.readTree(line);
            if (json.has("event")) {
                events.add(json);
            }
        }
        return events;
    }

    private static long hex(JsonNode event, String field) {
        return Long.decode(event.get(field).asText());
    }

    private static boolean is(JsonNode event, String name) {
        return event.get("event").asText().equals(name);
    }

    private static int indexOfPaging(List<JsonNode> events) {
        return IntStream.range(0, events.size())
                .filter(i -> is(events.get(i), "control-register-written")
                        && events.get(i).get("register").asText().equals("cr0")
                        && (hex(events.get(i), "now") & 0x8000_0000L) != 0)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pentium", "p6", "skylake", "unit"})
    void theBootMapsWhatThePlanSaysAndNothingElse(String profile) throws IOException {
        List<JsonNode> events = view(record("boot", "--profile", profile));
        int paging = indexOfPaging(events);
        List<JsonNode> before = events.subList(0, paging);
        List<JsonNode> after = events.subList(paging, events.size());

        List<JsonNode> boot =
                before.stream().filter(event -> is(event, "page-mapped")).toList();
        assertEquals(769, boot.size());
        for (int i = 0; i < 768; i++) {
            assertEquals((long) i << 22, hex(boot.get(i), "linear"));
            assertEquals((long) i << 22 | 0x83, hex(boot.get(i), "now"));
            assertEquals(2, boot.get(i).get("level").asInt());
        }
        assertEquals(KERNEL, hex(boot.get(768), "linear"));
        assertEquals(0x83, hex(boot.get(768), "now"));

        List<JsonNode> mapped =
                after.stream().filter(event -> is(event, "page-mapped")).toList();
        assertTrue(mapped.stream().allMatch(event -> event.get("level").asInt() == 1), "4 KB pages only");
        List<JsonNode> kernel = mapped.stream()
                .filter(event -> hex(event, "linear") >= KERNEL && hex(event, "linear") < KERNEL_END)
                .toList();
        assertEquals(1024, kernel.size());
        for (int i = 0; i < 1024; i++) {
            assertEquals(KERNEL + ((long) i << 12), hex(kernel.get(i), "linear"));
            assertEquals((long) i << 12, hex(kernel.get(i), "now") & 0xffff_f000L);
        }
        List<Long> rest = mapped.stream()
                .map(event -> hex(event, "linear"))
                .filter(linear -> linear >= KERNEL_END)
                .toList();
        assertEquals(List.of(0xffbf_c000L, 0xffbf_d000L, 0xffbf_e000L, 0xffbf_f000L), rest);

        Set<Integer> tables = new TreeSet<>();
        for (JsonNode event : after) {
            if (is(event, "table-linked")) {
                int slot = event.get("slot").asInt();
                assertTrue(tables.add(slot), "slot " + slot + " linked twice");
                boolean itself = hex(event, "table") == (hex(event, "now") & 0xffff_f000L);
                assertEquals(slot == 1023, itself, "slot " + slot);
            }
        }
        assertEquals(IntStream.rangeClosed(768, 1023).boxed().toList(), List.copyOf(tables));
        assertFalse(events.stream().anyMatch(event -> is(event, "page-faulted") || is(event, "changed-entry-used")));
    }

    @Test
    void theStepsComeInThePlansOrderAndTheMachineHalts() throws IOException {
        List<JsonNode> events = view(record("boot"));
        List<String> steps = events.stream()
                .filter(event -> is(event, "phase-began"))
                .map(event -> event.get("symbol").asText())
                .toList();
        assertEquals(List.of("B1", "B2", "S1", "S2", "S3", "S4", "S5", "S6"), steps);
        JsonNode last = events.get(events.size() - 1);
        assertEquals("machine-stopped", last.get("event").asText());
        assertEquals("halt", last.get("reason").asText());
    }

    @Test
    void accessesAddUpAndTheirCyclesAreAccountedFor() throws IOException {
        List<JsonNode> events = view(record("boot", "--profile", "unit"));
        for (JsonNode event : events) {
            if (is(event, "accesses-counted")) {
                long byKind = event.get("reads").asLong()
                        + event.get("writes").asLong()
                        + event.get("fetches").asLong();
                long byServer = event.get("unpaged").asLong()
                        + event.get("hits").asLong()
                        + event.get("secondLevelHits").asLong()
                        + event.get("walks").asLong();
                assertEquals(byKind, byServer, event.toString());
            }
        }
    }

    @Test
    void recordingTwiceMakesTheSameBytes() throws IOException {
        Path one = record("one");
        Path two = record("two");
        try (Stream<Path> files = Files.list(one)) {
            for (Path file : files.toList()) {
                assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(two.resolve(file.getFileName())));
            }
        }
    }

    @Test
    void modulesAreLockedAndStayReachableAfterTheSwitch() throws IOException {
        Path module = Files.write(temporary.resolve("initrd"), new byte[5 << 20]);
        List<JsonNode> events = view(record("boot", "--module", module.toString(), "--module", module.toString()));
        List<JsonNode> loaded =
                events.stream().filter(event -> is(event, "module-loaded")).toList();
        assertEquals(2, loaded.size());
        for (JsonNode one : loaded) {
            long frame = hex(one, "physical");
            assertTrue(events.stream().anyMatch(event -> is(event, "frames-locked") && hex(event, "frame") == frame));
            if (frame >= 4 << 20) {
                assertTrue(events.stream()
                        .anyMatch(event -> is(event, "page-mapped")
                                && event.get("level").asInt() == 1
                                && (hex(event, "now") & 0xffff_f000L) == frame));
            }
        }
    }

    @Test
    void withLittleMemoryTablesAreNotMadeBeforeTheyAreNeeded() throws IOException {
        List<JsonNode> events = view(record("boot", "--ram", "8M"));
        List<Integer> slots = events.stream()
                .filter(event -> is(event, "table-linked"))
                .map(event -> event.get("slot").asInt())
                .sorted()
                .toList();
        assertEquals(List.of(768, 1021, 1022, 1023), slots);
    }

    @Test
    void theReadmeShowsLinesOfARealRun() throws IOException {
        Path desktop = temporary.resolve("desktop");
        assertEquals(ExitCodes.CLEAN, Main.run("record", "-q", "-o", desktop.toString()));
        Path shown = temporary.resolve("shown");
        try (Output out = Output.open(shown.toString())) {
            RecordSummary.print(out, desktop);
        }
        List<String> real = Files.readAllLines(shown);
        String readme = Files.readString(Path.of("..", "README.md"));
        String block = readme.substring(readme.indexOf("```text\n") + 8);
        List<String> lines = block.substring(0, block.indexOf("```")).lines().toList();
        assertTrue(lines.size() > 8, block);
        for (String line : lines) {
            assertTrue(line.equals("  ...") || real.contains(line), line);
        }
    }
}

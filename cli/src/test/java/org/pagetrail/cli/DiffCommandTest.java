package org.pagetrail.cli;

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
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real boots compared: what was changed is what is told, and nothing else. */
class DiffCommandTest {
    private static final Path SHIPPED = Path.of(
            "..", "recorder", "src", "main", "resources", "org", "pagetrail", "recorder", "kernel", "kernel.elf");

    @TempDir
    Path temporary;

    private int outputs;

    private Path record(String name, String... options) {
        Path trace = temporary.resolve(name);
        List<String> arguments = new ArrayList<>(List.of("record", "-q", "-o", trace.toString(), "--scenario", "boot"));
        arguments.addAll(List.of(options));
        assertEquals(ExitCodes.CLEAN, Main.run(arguments.toArray(String[]::new)));
        return trace;
    }

    private String diff(int code, Path old, Path now, String format) throws IOException {
        Path out = temporary.resolve("out" + outputs++);
        assertEquals(code, Main.run("diff", old.toString(), now.toString(), "--format", format, "-o", out.toString()));
        return Files.readString(out);
    }

    private JsonNode json(int code, Path old, Path now) throws IOException {
        return new ObjectMapper().readTree(diff(code, old, now, "json"));
    }

    private static List<String> texts(JsonNode list, String key) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(node -> node.get(key).asText())
                .toList();
    }

    private static List<String> phases(JsonNode list) {
        return texts(list, "phase").stream().distinct().toList();
    }

    /** All but the names of the traces, which are as long as they are. */
    private void assertFitsTerminal(String text) {
        text.lines()
                .filter(line -> !line.contains(temporary.toString()))
                .forEach(line -> assertTrue(line.length() <= 80, line));
    }

    @Test
    void aTraceAndARecordingOfTheSameDoNotDiffer() throws IOException {
        Path boot = record("boot");
        Path again = record("again");
        JsonNode json = json(ExitCodes.CLEAN, boot, again);
        assertTrue(json.get("same").asBoolean());
        assertEquals(0, json.get("events").get("kinds").size());
        assertTrue(diff(ExitCodes.CLEAN, boot, boot, "text").startsWith("No differences between "));
        assertTrue(diff(ExitCodes.CLEAN, boot, again, "markdown").contains("No differences"));
    }

    @Test
    void aJournalAndItsPortableFormDoNotDiffer() throws IOException {
        Path boot = record("boot");
        Path lines = temporary.resolve("boot.jsonl");
        assertEquals(ExitCodes.CLEAN, Main.run("view", boot.toString(), "--format", "jsonl", "-o", lines.toString()));
        diff(ExitCodes.CLEAN, boot, lines, "text");
    }

    @Test
    void moreMemoryIsSeenInTheFirmwaresMapAndInTheAllocatorsWork() throws IOException {
        Path boot = record("boot");
        Path more = record("more", "--ram", "128M");
        JsonNode json = json(ExitCodes.FINDINGS, boot, more);
        assertEquals(List.of("ram"), texts(json.get("inputs"), "input"));
        assertEquals("128 MB", json.get("inputs").get(0).get("new").asText());
        assertEquals(0, json.get("maps").get("end").size());
        assertEquals(
                List.of("memory-region-reported", "accesses-counted"),
                texts(json.get("events").get("kinds"), "event"));
        assertEquals(List.of("all", "S1"), phases(json.get("costs")));
        JsonNode first = json.get("events").get("first");
        assertEquals("start", first.get("phase").asText());
        assertEquals(
                "memory-region-reported",
                first.get("new").get(3).get("event").get("event").asText());
        String text = diff(ExitCodes.FINDINGS, boot, more, "text");
        assertTrue(text.contains("\n  ram  64 MB -> 128 MB\n"), text);
        assertFitsTerminal(text);
    }

    @Test
    void littleMemoryLeavesOutTheTablesThatAreNotNeededYet() throws IOException {
        Path boot = record("boot");
        Path little = record("little", "--ram", "8M");
        JsonNode json = json(ExitCodes.FINDINGS, boot, little);
        List<JsonNode> maps = new ArrayList<>();
        json.get("maps").get("end").forEach(maps::add);
        assertEquals(
                List.of("changed", "removed", "changed"), texts(json.get("maps").get("end"), "difference"));
        assertEquals("kernel-stack", maps.get(0).get("region").asText());
        assertEquals("0xfff01000", maps.get(1).get("first").asText());
        assertEquals("0xffffcfff", maps.get(1).get("last").asText());
        long linked = StreamSupport.stream(json.get("events").get("kinds").spliterator(), false)
                .filter(kind -> kind.get("event").asText().equals("table-linked"))
                .mapToLong(kind -> kind.get("removed").asLong())
                .sum();
        assertEquals(252, linked);
    }

    @Test
    void aModuleIsSeenWhereItIsLoadedLockedAndMapped() throws IOException {
        Path boot = record("boot");
        Path module = Files.write(temporary.resolve("initrd"), new byte[5 << 20]);
        Path with = record("with", "--module", module.toString());
        JsonNode json = json(ExitCodes.FINDINGS, boot, with);
        assertEquals(List.of("module"), texts(json.get("inputs"), "input"));
        assertTrue(json.get("inputs").get(0).get("old").isNull());
        JsonNode heap = json.get("maps").get("end").get(0);
        assertEquals("added", heap.get("difference").asText());
        assertEquals("kernel-heap", heap.get("region").asText());
        assertEquals("0xc0400000", heap.get("first").asText());
        JsonNode kinds = json.get("events").get("kinds");
        assertEquals("module-loaded", kinds.get(0).get("event").asText());
        assertEquals("frames-locked", kinds.get(1).get("event").asText());
        String text = diff(ExitCodes.FINDINGS, boot, with, "text");
        assertTrue(text.contains("\n  + 0xc0400000-0xc08"), text);
        assertTrue(text.contains("\n    module-loaded: added\n"), text);
        assertFitsTerminal(text);
        // Without it again, it is gone.
        assertEquals(
                "removed",
                json(ExitCodes.FINDINGS, with, boot)
                        .get("maps")
                        .get("end")
                        .get(0)
                        .get("difference")
                        .asText());
    }

    @Test
    void anotherProfileChangesCostsAndCachesButNoMapping() throws IOException {
        Path p6 = record("p6");
        Path skylake = record("skylake", "--profile", "skylake");
        JsonNode json = json(ExitCodes.FINDINGS, p6, skylake);
        assertTrue(texts(json.get("inputs"), "input").stream().allMatch(input -> input.startsWith("profile")));
        assertEquals("p6", json.get("inputs").get(0).get("old").asText());
        assertEquals(0, json.get("maps").get("end").size());
        assertTrue(StreamSupport.stream(json.get("maps").get("phases").spliterator(), false)
                .allMatch(phase -> phase.get("as").asText().equals("end")));
        assertFalse(texts(json.get("events").get("kinds"), "event").contains("page-mapped"));
        assertEquals("all", json.get("costs").get(0).get("phase").asText());
        assertFitsTerminal(diff(ExitCodes.FINDINGS, p6, skylake, "text"));
    }

    @Test
    void aKernelWithoutAWritableSegmentIsSeenInTheRightsOfItsPages() throws IOException {
        Path boot = record("boot");
        byte[] image = Files.readAllBytes(SHIPPED);
        // The flags of the third program header, read-only data: now writable too.
        int flags = 52 + 2 * 32 + 24;
        assertEquals(4, image[flags]);
        image[flags] = 6;
        Path kernel = Files.write(temporary.resolve("kernel.elf"), image);
        Path other = record("other", "--kernel", kernel.toString());
        JsonNode json = json(ExitCodes.FINDINGS, boot, other);
        assertEquals(List.of("kernel", "kernel segments[0xc0102000].rights"), texts(json.get("inputs"), "input"));
        JsonNode end = json.get("maps").get("end");
        assertEquals(1, end.size());
        assertEquals("0xc0102000", end.get(0).get("first").asText());
        assertEquals("0xc0102fff", end.get(0).get("last").asText());
        assertEquals("rights", end.get(0).get("changes").get(0).asText());
        assertEquals(1, end.get(0).get("changes").size());
        String text = diff(ExitCodes.FINDINGS, boot, other, "text");
        assertTrue(text.contains("\n      rights r-x- -> rwx-\n"), text);
        assertTrue(text.contains("\n  B1 to S4    no differences\n  S5, S6      as at the end"), text);
    }

    @Test
    void theShippedKernelGivenAsAFileIsTheSameRun() throws IOException {
        Path boot = record("boot");
        Path copy = Files.copy(SHIPPED, temporary.resolve("copy.elf"));
        diff(ExitCodes.CLEAN, boot, record("file", "--kernel", copy.toString()), "text");
    }

    @Test
    void markdownHasATableForEachPartThatDiffers() throws IOException {
        Path boot = record("boot");
        String markdown = diff(ExitCodes.FINDINGS, boot, record("more", "--ram", "128M"), "markdown");
        assertTrue(markdown.contains("\n| ram | 64 MB | 128 MB |\n"), markdown);
        assertTrue(markdown.contains("\n| S1 | cycles | "), markdown);
        assertTrue(markdown.contains("\n## Map at the end\n\nThe same.\n"), markdown);
    }
}

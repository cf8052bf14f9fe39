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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
    private static final Path GOLDEN = Path.of("..", "traces", "golden", "boot-unit.jsonl");

    @TempDir
    Path temporary;

    private final Program program = new Program();
    private int outputs;

    private String replay(int code, Path trace, String... options) throws IOException {
        Path out = temporary.resolve("out" + outputs++);
        List<String> arguments = new ArrayList<>(List.of("replay", "--check", trace.toString(), "-o", out.toString()));
        arguments.addAll(List.of(options));
        assertEquals(code, program.run(arguments.toArray(String[]::new)), program.error());
        return Files.readString(out);
    }

    private Path record(String... options) {
        Path trace = temporary.resolve("trace" + outputs++);
        List<String> arguments = new ArrayList<>(List.of("record", "-q", "-o", trace.toString(), "--scenario", "boot"));
        arguments.addAll(List.of(options));
        assertEquals(ExitCodes.CLEAN, program.run(arguments.toArray(String[]::new)), program.error());
        return trace;
    }

    private Path altered(String right, String wrong) throws IOException {
        String text = Files.readString(GOLDEN);
        assertTrue(text.contains(right), right);
        return Files.writeString(temporary.resolve("altered" + outputs++ + ".jsonl"), text.replace(right, wrong));
    }

    @Test
    void aRecordingMadeAgainIsTheSame() throws IOException {
        for (String profile : List.of("pentium", "p6", "skylake", "unit")) {
            String text = replay(ExitCodes.CLEAN, record("--profile", profile, "--ram", "32M"));
            assertTrue(text.matches("The run's [0-9,]+ events to tick [0-9,]+ are those of .*\\.\n"), text);
        }
    }

    @Test
    void theFirstEventThatDiffersIsShownWithItsSurroundings() throws IOException {
        Path trace = altered("\"now\":\"0x01400083\"", "\"now\":\"0x01400081\"");
        String text = replay(ExitCodes.FINDINGS, trace);
        assertTrue(text.startsWith("Event 24 in phase B1 differs; the 24 before it are the same.\n"), text);
        assertTrue(text.contains("now: 0x01400081 in the trace, 0x01400083 in the run"), text);
        assertEquals(1 + 1 + 11 + 6, text.lines().count(), text);

        JsonNode json = new ObjectMapper().readTree(replay(ExitCodes.FINDINGS, trace, "--format", "json"));
        assertFalse(json.get("equal").asBoolean());
        JsonNode difference = json.get("difference");
        assertEquals(24, difference.get("ordinal").asLong());
        assertEquals("[\"now\"]", difference.get("fields").toString());
        assertEquals(3, difference.get("before").size());
        assertEquals(4, difference.get("trace").size());
        assertEquals(4, difference.get("run").size());
        assertEquals("0x01400081", difference.get("trace").get(0).get("now").asText());
        assertEquals("0x01400083", difference.get("run").get(0).get("now").asText());
    }

    @Test
    void anEventOfAnotherKindATickAndATextAreDifferencesToo() throws IOException {
        JsonNode kind = difference(
                altered("\"event\":\"phase-ended\",\"symbol\":\"S6\"", "\"event\":\"phase-began\",\"symbol\":\"S6\""),
                "",
                "");
        assertEquals("[\"event\"]", kind.get("fields").toString());
        JsonNode text = difference(
                altered("\"text\":\"page-directory\"", "\"text\":\"page-index\""),
                "\"use\":\"page-directory\"",
                "\"use\":\"page-index\"");
        assertEquals("[\"text\"]", text.get("fields").toString());
    }

    private JsonNode difference(Path trace, String right, String wrong) throws IOException {
        Files.writeString(trace, Files.readString(trace).replace(right, wrong));
        Path sealed = temporary.resolve("sealed" + outputs++);
        String[] reseal = {"import", trace.toString(), "--reseal", "-q", "-o", sealed.toString()};
        assertEquals(ExitCodes.CLEAN, program.run(reseal), program.error());
        return new ObjectMapper()
                .readTree(replay(ExitCodes.FINDINGS, sealed, "--format", "json"))
                .get("difference");
    }

    @Test
    void aHeaderThatTheRunWouldNotWriteIsADifference() throws IOException {
        String text = replay(ExitCodes.FINDINGS, altered("\"entry\":\"0x00100", "\"entry\":\"0x00200"));
        assertTrue(text.startsWith("Another run: the header's 'kernel.entry' is "), text);
    }

    @Test
    void theToolThatRecordedItIsNotCompared() throws IOException {
        replay(ExitCodes.CLEAN, altered("\"tool\":\"pagetrail 0.1.0\"", "\"tool\":\"pagetrail 0.0.9\""));
    }

    @Test
    void modulesAreToldByTheirDigestsUnderAnyName() throws IOException {
        Path first = Files.writeString(temporary.resolve("first"), "one");
        Path second = Files.writeString(temporary.resolve("second"), "two");
        Path trace = record("--module", first.toString(), "--module", second.toString());
        Path moved = Files.move(first, temporary.resolve("moved"));
        replay(ExitCodes.CLEAN, trace, "--module", second.toString(), "--module", moved.toString());

        String path = trace.toString();
        program.assertRefused(
                ExitCodes.USAGE,
                "name 'first' (3 bytes, SHA-256 ",
                "replay",
                "--check",
                path,
                "--module",
                second.toString());
        Path other = Files.writeString(temporary.resolve("other"), "three");
        program.assertRefused(
                ExitCodes.USAGE,
                "other is none of the modules",
                "replay",
                "--check",
                path,
                "--module",
                moved.toString(),
                "--module",
                second.toString(),
                "--module",
                other.toString());
        program.assertRefused(ExitCodes.USAGE, "no such file", "replay", "--check", path, "--module", "no-such-file");
    }

    @Test
    void aKernelOfOnesOwnHasToBeGivenAgain() throws IOException {
        byte[] elf = Files.readAllBytes(Path.of(
                "..", "recorder", "src", "main", "resources", "org", "pagetrail", "recorder", "kernel", "kernel.elf"));
        Path kernel = Files.write(temporary.resolve("mine"), elf);
        Path trace = record("--kernel", kernel.toString());
        Path moved = Files.move(kernel, temporary.resolve("moved"));
        replay(ExitCodes.CLEAN, trace, "--kernel", moved.toString());
        program.assertRefused(ExitCodes.USAGE, "name 'mine' (", "replay", "--check", trace.toString());
        elf[elf.length - 1] ^= 1;
        Path other = Files.write(temporary.resolve("other"), elf);
        program.assertRefused(
                ExitCodes.USAGE,
                "other is not the kernel that was recorded",
                "replay",
                "--check",
                trace.toString(),
                "--kernel",
                other.toString());
    }

    @Test
    void aTraceWithAnotherReleasesKernelIsRefused() throws IOException {
        String golden = Files.readString(GOLDEN);
        String digest = golden.replaceAll("(?s).*\"kernel\":\\{[^}]*\"sha256\":\"([0-9a-f]{64})\".*", "$1");
        assertEquals(64, digest.length());
        Path trace = altered(digest, "0".repeat(64));
        program.assertRefused(ExitCodes.USAGE, "kernel of another release", "replay", "--check", trace.toString());
    }

    @Test
    void anInterruptedRecordingIsComparedUpToWhereItWasInterrupted() throws IOException {
        Path trace = Program.interrupted(temporary.resolve("interrupted"), 1_000);
        String text = replay(ExitCodes.CLEAN, trace);
        assertTrue(text.contains(", up to where its recording was interrupted."), text);
    }

    @Test
    void aTraceThatGoesOnOrEndsEarlyIsADifference() throws IOException {
        List<String> lines = Files.readAllLines(GOLDEN);
        int stop = lines.size() - 2;
        List<String> early = new ArrayList<>(lines);
        early.remove(stop);
        Path trace = Files.write(temporary.resolve("early.jsonl"), early);
        JsonNode difference = difference(trace, "", "");
        assertEquals(2_688, difference.get("ordinal").asLong());
        assertEquals(0, difference.get("trace").size());
        assertEquals(1, difference.get("run").size());

        List<String> late = new ArrayList<>(lines);
        late.add(stop + 1, lines.get(stop).replace("\"ordinal\":2688", "\"ordinal\":2689"));
        difference = difference(Files.write(temporary.resolve("late.jsonl"), late), "", "");
        assertEquals(2_689, difference.get("ordinal").asLong());
        assertEquals(1, difference.get("trace").size());
        assertEquals(0, difference.get("run").size());
    }

    @Test
    void mistakesAreUsageErrorsAndBadTracesAreRefused() throws IOException {
        program.assertRefused(ExitCodes.USAGE, "--check", "replay", GOLDEN.toString());
        program.assertRefused(ExitCodes.TRACE, "no-such", "replay", "--check", "no-such-trace");
        Path cut = Files.write(
                temporary.resolve("cut.jsonl"), Files.readAllLines(GOLDEN).subList(0, 1_000));
        program.assertRefused(ExitCodes.TRACE, "incomplete", "replay", "--check", cut.toString());
        Path scenario = altered("\"scenario\":\"boot\"", "\"scenario\":\"unheard-of\"");
        program.assertRefused(ExitCodes.USAGE, "unheard-of", "replay", "--check", scenario.toString());
        Path plan = altered("\"recursive-slot\":1023", "\"recursive-slot\":5000");
        program.assertRefused(ExitCodes.TRACE, "'5000' is out of range", "replay", "--check", plan.toString());
        program.assertRefused(ExitCodes.TRACE, "'5000' is out of range", "verify", plan.toString());
        program.assertRefused(ExitCodes.TRACE, "'5000' is out of range", "state", plan.toString());
    }
}

package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.JournalWriter;

/** Traces that lack a part of their recording: every verb that judges refuses them, or says what it did not see. */
class DamagedTraceTest {
    private static final String DATA = "19700101F.cq4";

    @TempDir
    Path temporary;

    private final Program program = new Program();
    private Path whole;
    private int outputs;

    @BeforeEach
    void record() {
        whole = temporary.resolve("whole");
        assertEquals(0, program.run("record", "-q", "-o", whole.toString(), "--scenario", "boot", "--profile", "unit"));
    }

    private static int lastIndexOf(byte[] bytes, String kind, int before) {
        int at = before - 1;
        while (!new String(bytes, at, kind.length(), StandardCharsets.US_ASCII).equals(kind)) {
            at--;
        }
        return at;
    }

    /** A copy of the whole trace that ends in this way. */
    private Path trace(TraceEnding ending) throws IOException {
        Path copy = Files.createDirectory(temporary.resolve(ending.word()));
        Path data = Files.copy(whole.resolve(DATA), copy.resolve(DATA));
        byte[] bytes = Files.readAllBytes(data);
        int closing = lastIndexOf(bytes, "PTRC", bytes.length - 4);
        int block = lastIndexOf(bytes, "PTRB", lastIndexOf(bytes, "PTRB", closing));
        switch (ending) {
            case DAMAGED -> patch(data, block + 60, new byte[] {(byte) ~bytes[block + 60]});
            case INCOMPLETE -> patch(data, block - 4, new byte[bytes.length - block]);
            case TRUNCATED -> {
                patch(data, block + 60, new byte[] {(byte) ~bytes[block + 60]});
                Path repaired = temporary.resolve("repaired");
                assertEquals(0, program.run("repair", "-q", copy.toString(), "-o", repaired.toString()));
                return repaired;
            }
            default -> throw new IllegalArgumentException();
        }
        return copy;
    }

    private static void patch(Path file, int at, byte[] bytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(at);
            out.write(bytes);
        }
    }

    private List<List<String>> judging(Path trace) {
        return List.of(
                List.of("verify", trace.toString()),
                List.of("hotspots", trace.toString()),
                List.of("diff", trace.toString(), whole.toString()),
                List.of("diff", whole.toString(), trace.toString()),
                List.of("replay", "--check", trace.toString()));
    }

    private static String[] with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private String output(int code, List<String> command, String... more) throws IOException {
        Path out = temporary.resolve("out" + outputs++);
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("-o", out.toString()));
        assertEquals(code, program.run(with(command, arguments.toArray(String[]::new))), program.error());
        return Files.readString(out).replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @EnumSource(
            value = TraceEnding.class,
            names = {"DAMAGED", "INCOMPLETE", "TRUNCATED"})
    void everyVerbThatJudgesRefusesItAndTakesItAsFarAsItGoesOnDemand(TraceEnding ending) throws IOException {
        Path trace = trace(ending);
        for (List<String> command : judging(trace)) {
            Path none = temporary.resolve("none");
            program.assertRefused(3, ending.word(), with(command, "-o", none.toString()));
            assertFalse(Files.exists(none), command + " wrote something");
            int code = command.get(0).equals("diff") ? 1 : 0;
            String text = output(code, command, "--allow-incomplete");
            assertTrue(text.contains("is " + ending.word() + ": " + ending.reason()), text);
            assertTrue(text.matches(".*only its first [0-9,]+ events were .*"), text);
            assertEquals(ending == TraceEnding.DAMAGED, program.error().contains("checksum"), program.error());
            JsonNode json =
                    new ObjectMapper().readTree(output(code, command, "--allow-incomplete", "--format", "json"));
            assertFalse(json.get("complete").asBoolean(true), json.toString());
            assertTrue(json.toString().contains("\"" + ending.word() + "\""), json.toString());
        }
        List<String> verify = judging(trace).get(0);
        assertTrue(output(0, verify, "--allow-incomplete", "--format", "junit")
                .contains("<skipped message=\"The trace is "));
        assertTrue(output(0, verify, "--allow-incomplete", "--format", "github")
                .contains("::warning title=The trace is "));
        assertTrue(
                output(0, verify, "--allow-incomplete", "--format", "markdown").contains("The trace is "));
        List<String> hotspots = judging(trace).get(1);
        assertTrue(
                output(0, hotspots, "--allow-incomplete", "--format", "csv").contains("trace," + ending.word() + ","));
        List<String> diff = judging(trace).get(2);
        assertTrue(output(1, diff, "--allow-incomplete", "--format", "markdown").contains("is " + ending.word()));
    }

    @Test
    void aCompleteTraceIsJudgedTheSameWithAndWithoutLeave() throws IOException {
        for (List<String> command : judging(whole)) {
            assertEquals(output(0, command), output(0, command, "--allow-incomplete"));
            assertFalse(output(0, command, "--allow-incomplete").contains("only its first"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TraceEnding.class,
            names = {"DAMAGED", "INCOMPLETE", "TRUNCATED"})
    void infoSaysWhatIsLeft(TraceEnding ending) throws IOException {
        Path trace = trace(ending);
        String text = output(3, List.of("info", "--check", trace.toString()));
        assertTrue(text.startsWith(trace + ": " + ending.word()), text);
        assertTrue(text.matches(".*readable events 0-[0-9,]+, in \\d blocks.*"), text);
        assertEquals(ending == TraceEnding.DAMAGED, text.contains("block 7, bytes "), text);
        JsonNode json = new ObjectMapper()
                .readTree(output(3, List.of("info", "--check", trace.toString()), "--format", "json"));
        assertFalse(json.get("whole").asBoolean(true));
        assertEquals(ending.word(), json.get("ending").asText());
        assertEquals(ending == TraceEnding.DAMAGED ? 1 : 0, json.get("damage").size(), json.toString());
        assertTrue(output(0, List.of("info", "--check", whole.toString())).contains("whole: "), "whole");
    }

    @Test
    void infoOfATraceThatIsBeingRecordedSaysSoAndNothingThatJudgesTakesItForComplete() throws IOException {
        Path open = temporary.resolve("open");
        try (TraceReader reader = Traces.open(whole);
                JournalWriter writer = JournalWriter.create(open, reader.header(), false)) {
            reader.readAll(writer);
            writer.flush();
            assertTrue(output(0, List.of("info", open.toString())).contains("open: open (it is still being recorded)"));
            assertTrue(output(3, List.of("info", "--check", open.toString())).contains("open, and undamaged"));
            program.assertRefused(3, "it is still being recorded", "verify", open.toString());
            program.assertRefused(
                    3,
                    "being recorded",
                    "repair",
                    open.toString(),
                    "-o",
                    temporary.resolve("n").toString());
            program.assertRefused(
                    3, "wait for its end", "diff", whole.toString(), open.toString(), "--allow-incomplete");
            assertTrue(output(0, List.of("verify", open.toString()), "--allow-incomplete")
                    .contains("is open"));
        }
    }

    @Test
    void aRepairKeepsTheOriginalAndOverwritesNothing() throws IOException {
        Path trace = trace(TraceEnding.DAMAGED);
        byte[] before = Files.readAllBytes(trace.resolve(DATA));
        program.assertRefused(2, "exists", "repair", trace.toString(), "-o", whole.toString());
        program.assertRefused(
                2,
                "inside",
                "repair",
                trace.toString(),
                "-o",
                trace.resolve("new").toString());
        program.assertRefused(2, "--output", "repair", trace.toString());
        Path repaired = temporary.resolve("repaired");
        assertEquals(0, program.run("repair", "-q", trace.toString(), "-o", repaired.toString()));
        assertArrayEquals(before, Files.readAllBytes(trace.resolve(DATA)));
        Path text = temporary.resolve("text.jsonl");
        assertEquals(0, program.run("view", repaired.toString(), "--format", "jsonl", "-o", text.toString()));
        program.assertRefused(3, "truncated", "verify", text.toString());
        assertTrue(output(0, List.of("info", text.toString())).contains("truncated (a repair"));
        patch(trace.resolve(DATA), 0, new byte[before.length]);
        program.assertRefused(
                3,
                "restore it",
                "repair",
                trace.toString(),
                "-o",
                temporary.resolve("n").toString());
    }

    @Test
    void howOftenARecordingIsForcedToTheDiskChangesNoByte() throws IOException {
        for (String sync : new String[] {"block", "phase", "none"}) {
            Path trace = temporary.resolve(sync);
            assertEquals(
                    0,
                    program.run(
                            "record",
                            "-q",
                            "-o",
                            trace.toString(),
                            "--profile",
                            "unit",
                            "--scenario",
                            "boot",
                            "--sync",
                            sync));
            assertArrayEquals(Files.readAllBytes(whole.resolve(DATA)), Files.readAllBytes(trace.resolve(DATA)), sync);
        }
        program.assertRefused(2, "--sync", "record", "--sync", "often");
    }
}

package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pagetrail.traces.event.TraceReader;

/**
 * The golden traces: recordings kept as text, so that a change of what is recorded is seen in review. {@code -Dgolden.update} writes
 * them anew.
 */
class GoldenTracesTest {
    private static final Path DIRECTORY = Path.of("..", "traces", "golden");
    private static final long SEED = 7;
    private static final int LARGE_MODULE = 5 << 20;
    private static final int SMALL_MODULE = 9_000;

    @TempDir
    Path temporary;

    /** A golden trace: its name, and what it is recorded with. What is longer than a boot is kept compressed. */
    record Golden(String name, String scenario, String profile, boolean modules) {
        Path file() {
            return DIRECTORY.resolve(name + (scenario.equals("boot") ? ".jsonl" : ".jsonl.gz"));
        }

        byte[] text() throws IOException {
            byte[] kept = Files.readAllBytes(file());
            if (scenario.equals("boot")) {
                return kept;
            }
            try (InputStream text = new GZIPInputStream(new ByteArrayInputStream(kept))) {
                return text.readAllBytes();
            }
        }

        void keep(byte[] text) throws IOException {
            if (scenario.equals("boot")) {
                Files.write(file(), text);
                return;
            }
            try (OutputStream kept = new GZIPOutputStream(Files.newOutputStream(file()))) {
                kept.write(text);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Golden> goldens() {
        return Stream.of(
                new Golden("boot-unit", "boot", "unit", false),
                new Golden("boot-p6", "boot", "p6", false),
                new Golden("boot-p6-modules", "boot", "p6", true),
                new Golden("desktop-unit", "desktop", "unit", false));
    }

    /** Two modules of known content: one that needs pages of its own, one that shares a page with nothing. */
    private List<String> modules(Golden golden) throws IOException {
        List<String> options = new ArrayList<>();
        if (golden.modules()) {
            Random random = new Random(SEED);
            for (int size : new int[] {LARGE_MODULE, SMALL_MODULE}) {
                byte[] content = new byte[size];
                random.nextBytes(content);
                Path file = Files.write(temporary.resolve("module-" + size), content);
                options.addAll(List.of("--module", file.toString()));
            }
        }
        return options;
    }

    private static void run(int code, List<String> arguments) {
        assertEquals(code, Main.run(arguments.toArray(String[]::new)), arguments::toString);
    }

    private static List<String> command(String verb, Object... arguments) {
        List<String> all = new ArrayList<>(List.of(verb));
        for (Object argument : arguments) {
            all.add(argument.toString());
        }
        return all;
    }

    private Path record(Golden golden) throws IOException {
        Path trace = temporary.resolve("recorded");
        List<String> arguments =
                command("record", "-q", "-o", trace, "--scenario", golden.scenario(), "--profile", golden.profile());
        arguments.addAll(modules(golden));
        run(ExitCodes.CLEAN, arguments);
        return trace;
    }

    private Path text(Path trace) {
        Path text = temporary.resolve("recorded.jsonl");
        run(ExitCodes.CLEAN, command("view", trace, "--format", "jsonl", "-o", text));
        return text;
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void aRecordingIsTheGoldenOneLineByLine(Golden golden) throws IOException {
        Path made = text(record(golden));
        if (Boolean.getBoolean("golden.update")) {
            golden.keep(Files.readAllBytes(made));
        }
        byte[] text = golden.text();
        List<String> kept = new String(text, StandardCharsets.UTF_8).lines().toList();
        List<String> lines = Files.readAllLines(made);
        for (int i = 0; i < Math.min(kept.size(), lines.size()); i++) {
            if (!kept.get(i).equals(lines.get(i))) {
                fail(golden.file() + ":" + (i + 1)
                        + " differs from what is recorded; see whether it should, then run with"
                        + " -Dgolden.update\n  kept     " + kept.get(i) + "\n  recorded " + lines.get(i));
            }
        }
        assertArrayEquals(text, Files.readAllBytes(made));
    }

    /** The verbs that read a trace, each with arguments that show much of it, and the exit code for a golden trace. */
    private List<String> reading(String verb, Path trace, Golden golden) throws IOException {
        return switch (verb) {
            case "info", "verify" -> command(verb, trace, "--format", "json");
            case "hotspots" -> command(verb, trace, "--format", "json");
            case "export" -> command(verb, trace);
            case "view" -> command(verb, trace, "--format", "jsonl");
            case "state" -> command(verb, trace, "--format", "json", "--at", "phase:S4");
            case "diff" -> command(verb, trace, golden.file(), "--format", "json");
            case "replay" -> {
                List<String> arguments = command(verb, "--check", trace, "--format", "json");
                arguments.addAll(modules(golden));
                yield arguments;
            }
            default -> throw new AssertionError("say here how '" + verb + "' reads a trace");
        };
    }

    private static List<String> verbs() {
        return Commands.names().stream()
                .filter(verb -> !List.of("record", "import", "conform", "plan", "repair")
                        .contains(verb))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void everyVerbThatReadsATraceReadsJournalsAndTextAndCompressedTextAlike(Golden golden) throws IOException {
        Path plain = Files.write(temporary.resolve("golden.jsonl"), golden.text());
        Path compressed = temporary.resolve("golden.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            out.write(golden.text());
        }
        for (String verb : verbs()) {
            List<String> outputs = new ArrayList<>();
            for (Path trace : List.of(plain, compressed, record(golden))) {
                Path out = temporary.resolve("out");
                List<String> arguments = reading(verb, trace, golden);
                arguments.addAll(List.of("-o", out.toString()));
                run(ExitCodes.CLEAN, arguments);
                outputs.add(Files.readString(out, StandardCharsets.UTF_8)
                        .replace(trace.toString(), "TRACE")
                        .replace(golden.file().toString(), "TRACE"));
                Files.delete(out);
            }
            delete(temporary.resolve("recorded"));
            assertEquals(outputs.get(0), outputs.get(1), verb);
            assertEquals(outputs.get(0), outputs.get(2), verb);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    @Test
    void everyGoldenTraceThatIsKeptIsMadeByThisTest() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            assertEquals(
                    goldens()
                            .map(golden -> golden.file().getFileName().toString())
                            .sorted()
                            .toList(),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void theDigestOfTheTextIsThatOfTheJournal(Golden golden) throws IOException {
        try (TraceReader text = Traces.open(golden.file());
                TraceReader journal = Traces.open(record(golden))) {
            assertEquals(journal.closing(), text.closing());
        }
    }
}

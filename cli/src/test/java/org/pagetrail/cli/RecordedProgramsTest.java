package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.recorder.workload.ReferenceKind;
import org.pagetrail.recorder.workload.ReferenceStream;
import org.pagetrail.traces.plan.PlanFile;

/** What {@code record} runs after the boot, and {@code replay --check} again: scenarios and programs of the user's, reference streams. */
class RecordedProgramsTest {
    private static final Path RECORDER = Path.of("..", "recorder", "src");
    private static final Path STREAMS = RECORDER.resolve("test/resources/org/pagetrail/recorder/workload");
    private static final Path PROGRAMS = RECORDER.resolve("main/resources/org/pagetrail/recorder/programs");

    @TempDir
    Path temporary;

    private final Program program = new Program();

    private Path trace() {
        return temporary.resolve("t.trace");
    }

    private void run(String... arguments) {
        assertEquals(ExitCodes.CLEAN, program.run(arguments), program.error());
    }

    private Path record(Object... options) {
        List<String> arguments = new ArrayList<>(List.of("record", "-q", "--force", "-o", trace().toString()));
        for (Object option : options) {
            arguments.add(option.toString());
        }
        run(arguments.toArray(String[]::new));
        return trace();
    }

    private void assertClean(Path trace) {
        run("verify", trace.toString(), "-o", unused().toString());
    }

    private void assertSameAgain(Path trace, Object... options) {
        List<String> arguments =
                new ArrayList<>(List.of("replay", "--check", trace.toString(), "-o", unused().toString()));
        for (Object option : options) {
            arguments.add(option.toString());
        }
        run(arguments.toArray(String[]::new));
    }

    private int outputs;

    private Path unused() {
        return temporary.resolve("out" + outputs++);
    }

    private void refused(String says, Object... options) {
        refused(ExitCodes.USAGE, says, options);
        assertFalse(Files.exists(trace()), "nothing was recorded, so nothing is there");
    }

    private void refused(int code, String says, Object... options) {
        List<String> arguments = new ArrayList<>(List.of("record", "-q", "-o", trace().toString()));
        for (Object option : options) {
            arguments.add(option.toString());
        }
        program.assertRefused(code, says, arguments.toArray(String[]::new));
    }

    private void assertNotReplayed(String says, Object... options) {
        List<String> arguments = new ArrayList<>(List.of("replay", "--check", trace().toString()));
        for (Object option : options) {
            arguments.add(option.toString());
        }
        program.assertRefused(ExitCodes.USAGE, says, arguments.toArray(String[]::new));
    }

    private Path written(String name, String text) throws IOException {
        return Files.writeString(temporary.resolve(name), text);
    }

    private List<JsonNode> lines(Path trace) throws IOException {
        Path text = unused();
        run("view", trace.toString(), "--format", "jsonl", "-o", text.toString());
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(text)) {
            lines.add(mapper.readTree(line));
        }
        return lines;
    }

    private static long count(List<JsonNode> lines, String event) {
        return lines.stream()
                .filter(line -> line.path("event").asText().equals(event))
                .count();
    }

    // Scenarios

    private static final String SCENARIO = """
            name: mine
            title: two that share a program
            timer: 20000
            phases:
              - name: both
                processes:
                  - program: shell
                    count: 2
                    steps:
                      - touch: {area: data, pattern: random, count: 300, writes: 50}
                      - fork: {steps: [{run: 50}]}
                      - wait
            """;

    @Test
    void aScenarioOfOnesOwnIsRunAgainWithoutItsFile() throws IOException {
        Path file = written("mine.yaml", SCENARIO);
        Path trace = record("--scenario", file, "--seed", 5);
        assertClean(trace);
        Files.delete(file);
        assertSameAgain(trace);
        List<JsonNode> lines = lines(trace);
        assertEquals("mine", lines.get(0).get("scenario").asText());
        assertEquals(5, lines.get(0).get("seed").asLong());
        assertEquals(SCENARIO, lines.get(0).at("/options/workload/scenario").asText());
        assertEquals(4, count(lines, "process-created"));
        assertEquals(4, count(lines, "process-exited"));
    }

    @Test
    void aScenarioWithoutPhasesIsTheBootUnderItsName() throws IOException {
        Path trace = record("--scenario", written("mine.yaml", "name: desktop\ntitle: not that one\n"));
        List<JsonNode> lines = lines(trace);
        assertEquals("desktop", lines.get(0).get("scenario").asText());
        assertEquals(8, count(lines, "phase-began"));
        assertSameAgain(trace);
    }

    @Test
    void theSeedDecides() throws IOException {
        Path file = written("mine.yaml", SCENARIO);
        JsonNode first = closing(record("--scenario", file, "--seed", 1));
        assertEquals(first, closing(record("--scenario", file, "--seed", 1)));
        assertNotEquals(first, closing(record("--scenario", file, "--seed", 2)));
        assertNotEquals(first, closing(record("--scenario", file, "--seed", Long.MIN_VALUE)));
    }

    /** The last line of the text, which has the digest of all events. */
    private JsonNode closing(Path trace) throws IOException {
        List<JsonNode> lines = lines(trace);
        JsonNode last = lines.get(lines.size() - 1);
        assertTrue(last.has("digest"), last.toString());
        return last;
    }

    @Test
    void accessesAreJournalledOnRequest() throws IOException {
        Path file = written("mine.yaml", SCENARIO);
        List<JsonNode> without = lines(record("--scenario", file));
        assertEquals(0, count(without, "accessed"));
        List<JsonNode> with = lines(record("--scenario", file, "--accesses"));
        assertTrue(count(with, "accessed") > 1_000);
        assertEquals(without.size() - 2, with.size() - 2 - count(with, "accessed"), "nothing else changes");
        assertSameAgain(trace());
    }

    @Test
    void aScenarioThatIsNoneIsRefusedWithItsPlace() throws IOException {
        Path file = written("mine.yaml", SCENARIO.replace("count: 300", "count: -300"));
        refused(file + ":10:57: '-300' is out of range; it goes from 1", "--scenario", file);
        refused(
                "mine.yaml:12:13: 'hurry' is not known here",
                "--scenario",
                written("mine.yaml", SCENARIO.replace("wait", "hurry")));
        refused("none.yaml' is not known, nor is there such a file", "--scenario", temporary.resolve("none.yaml"));
        refused("is a directory", "--scenario", temporary);
        refused("'program' is not known", "--scenario", "program");
        refused("--seed", "--scenario", "idle", "--seed", "x");
    }

    // Programs

    @ParameterizedTest
    @ValueSource(strings = {"shell", "editor", "compiler"})
    void aProgramOfOnesOwnIsRunAndHasToBeGivenAgain(String name) throws IOException {
        Path file = Files.copy(PROGRAMS.resolve(name), temporary.resolve("a.out"));
        Path trace = record("--program", file);
        assertClean(trace);
        List<JsonNode> lines = lines(trace);
        assertEquals("program", lines.get(0).get("scenario").asText());
        JsonNode module = lines.get(0).get("modules").get(0);
        assertEquals("a.out", module.get("name").asText());
        assertEquals("program", module.get("origin").asText());
        assertEquals(Files.size(file), module.get("size").asLong());
        assertEquals(3, count(lines, "process-created"), "the program and its two children");
        Path moved = Files.move(file, temporary.resolve("moved"));
        assertSameAgain(trace, "--program", moved);
        assertNotReplayed("the trace was recorded with a program; name 'a.out' (");
        assertNotReplayed("a.out does not exist; name a file that does", "--program", file);
        Path other = PROGRAMS.resolve(name.equals("shell") ? "editor" : "shell");
        assertNotReplayed(other + " is not the program that was recorded: its SHA-256 is ", "--program", other);
    }

    @Test
    void aProgramIsOneAmongOthersInAScenarioThatNamesIt() throws IOException {
        Path file = Files.copy(PROGRAMS.resolve("editor"), temporary.resolve("shell"));
        Path scenario = written(
                "mine.yaml",
                SCENARIO.replace(
                        "- wait",
                        "- exec: {program: program, steps: [{touch: {area: data, pattern: random, count: 9}}]}"));
        Path trace = record("--scenario", scenario, "--program", file, "--module", scenario);
        assertClean(trace);
        JsonNode modules = lines(trace).get(0).get("modules");
        assertFalse(modules.get(0).has("origin"), "a module is a file for the boot loader and nothing else");
        assertEquals("program", modules.get(1).get("origin").asText());
        assertEquals("shipped", modules.get(2).get("origin").asText());
        assertSameAgain(trace, "--program", file, "--module", scenario);
        assertNotReplayed("a module that was recorded is missing; name 'mine.yaml'", "--program", file);
        refusedAfter("the scenario runs a program of yours; name an executable with --program", "--scenario", scenario);
        refusedAfter(
                "scenario 'idle' runs no program of yours; leave out --program",
                "--scenario",
                "idle",
                "--program",
                file);
    }

    private void refusedAfter(String says, Object... options) throws IOException {
        List<Object> forced = new ArrayList<>(List.of("--force"));
        forced.addAll(List.of(options));
        refused(ExitCodes.USAGE, says, forced.toArray());
    }

    @Test
    void aFileThatWasNotRecordedIsNotNeededAgain() throws IOException {
        record("--scenario", "idle");
        Path file = PROGRAMS.resolve("shell");
        assertNotReplayed(
                file + " is not needed: the trace was recorded without a program; leave it out", "--program", file);
        assertNotReplayed("without a reference stream; leave it out", "--accesses-from", file);
    }

    @Test
    void aProgramThatCannotBeRunIsRefused() throws IOException {
        byte[] shell = Files.readAllBytes(PROGRAMS.resolve("shell"));
        Path file = temporary.resolve("a.out");
        refused("no such file; name an ELF32 i386 program", "--program", file);
        refused("a directory", "--program", temporary);
        refused("not a regular file", "--program", "/dev/null");
        Files.writeString(file, "#!/bin/sh\n");
        refused("not an ELF file; name an ELF32 i386 program", "--program", file);
        Files.write(file, new byte[0]);
        refused("empty", "--program", file);
        Files.write(file, Arrays.copyOf(shell, 3_000));
        refused("truncated: its segment ", "--program", file);
        refused("shared object or PIE (ET_DYN)", "--program", PROGRAMS.resolve("libshared.so"));
        refused(
                "lies outside of the plan's user image and heap",
                "--program",
                RECORDER.resolve("main/resources/org/pagetrail/recorder/kernel/kernel.elf"));
        byte[] wide = shell.clone();
        wide[4] = 2;
        wide[18] = 62;
        Files.write(file, wide);
        refused("64-bit ELF (EM_X86_64); pagetrail records ELF32 i386 programs: build it with -m32", "--program", file);
        byte[] dynamic = shell.clone();
        dynamic[52] = 3;
        Files.write(file, dynamic);
        refused("dynamically linked (program header 0); link it with -static -no-pie", "--program", file);
    }

    @Test
    void aProgramThatGccLinksNowIsRun() throws IOException, InterruptedException {
        written("program.c", """
                int counts[30000] = {1};
                int more[9000];
                void _start(void) {
                    for (int i = 0; i < 30000; i++) {
                        counts[i] = more[i % 9000] = i;
                    }
                    for (;;) {
                    }
                }
                """);
        // The programs that come with the recorder are such files, too: they are run whether or not there is a
        // compiler.
        assumeTrue(installed("gcc") && System.getProperty("os.arch").equals("amd64"), "needs a gcc for i386");
        assertTrue(
                runs(
                        "gcc",
                        "-m32",
                        "-O1",
                        "-ffreestanding",
                        "-nostdlib",
                        "-static",
                        "-no-pie",
                        "-fno-stack-protector",
                        "-o",
                        "built",
                        "program.c"),
                () -> "gcc -m32 failed: " + read("output"));
        Path trace = record("--program", temporary.resolve("built"));
        assertClean(trace);
        List<JsonNode> segments = lines(trace).stream()
                .filter(line -> line.path("event").asText().equals("user-segment-loaded"))
                .toList();
        assertTrue(
                segments.stream().anyMatch(segment -> segment.get("memorySize").asLong() > 150_000),
                segments.toString());
        assertSameAgain(trace, "--program", temporary.resolve("built"));
    }

    private String read(String name) {
        try {
            return Files.readString(temporary.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean runs(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(temporary.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(temporary.resolve("output").toFile())
                    .start();
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    // Reference streams

    private static String access(ReferenceKind kind, long linear) {
        String word = kind == ReferenceKind.FETCH ? "fetch" : kind == ReferenceKind.STORE ? "write" : "read";
        return String.format(Locale.ROOT, "%s 0x%08x", word, linear);
    }

    /** What the process is to access, in order: what is modified is read and then written. */
    private static List<String> accesses(Path file) {
        List<String> all = new ArrayList<>();
        try (ReferenceStream stream = ReferenceStream.open(file, PlanFile.standard(), true, false)) {
            while (stream.next()) {
                long linear = Integer.toUnsignedLong(stream.linear());
                all.add(access(stream.kind(), linear));
                if (stream.kind() == ReferenceKind.MODIFY) {
                    all.add(access(ReferenceKind.STORE, linear));
                }
            }
        }
        return all;
    }

    /** What user mode accessed in a phase, in order; of an access across two pages its first part. */
    private static List<String> accessed(List<JsonNode> lines, String phase) {
        List<String> all = new ArrayList<>();
        boolean within = false;
        for (JsonNode line : lines) {
            String event = line.path("event").asText();
            if (event.startsWith("phase-") && line.get("symbol").asText().equals(phase)) {
                within = event.equals("phase-began");
            } else if (within && event.equals("accessed") && line.get("cpl").asInt() == 3) {
                all.add(line.get("kind").asText() + " " + line.get("linear").asText());
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sort", "walk32"})
    void aRealProgramsAccessesAreMadeOneByOne(String name) throws IOException {
        Path file = STREAMS.resolve(name + ".lackey.gz");
        Path trace = record("--accesses-from", file, "--rebase", "--accesses", "--profile", "unit");
        assertClean(trace);
        List<JsonNode> lines = lines(trace);
        assertEquals("accesses", lines.get(0).get("scenario").asText());
        List<String> wanted = accesses(file);
        List<String> made = accessed(lines, "accesses");
        for (int i = 0; i < wanted.size(); i++) {
            assertEquals(wanted.get(i), made.get(i), "access " + i);
        }
        assertTrue(made.size() - wanted.size() < 10, "and then it exits: " + made.subList(wanted.size(), made.size()));
        assertTrue(count(lines, "page-faulted") > 20, "pages appear when they are needed");
        assertEquals(1, count(lines, "process-exited"));
        assertSameAgain(trace, "--accesses-from", file);
    }

    @Test
    void aStreamIsToldByItsDigest() throws IOException {
        Path file = Files.copy(STREAMS.resolve("walk32.lackey.gz"), temporary.resolve("walk.gz"));
        record("--accesses-from", file, "--rebase");
        JsonNode stream = lines(trace()).get(0).at("/options/workload/stream");
        assertEquals("walk.gz", stream.get("name").asText());
        assertEquals(Files.size(file), stream.get("size").asLong());
        assertTrue(stream.get("rebase").asBoolean());
        assertNotReplayed("the trace was recorded with a reference stream; name 'walk.gz' (");
        Path other = STREAMS.resolve("sort.lackey.gz");
        assertNotReplayed(other + " is not the reference stream that was recorded", "--accesses-from", other);
        assertNotReplayed("does not exist", "--accesses-from", temporary.resolve("none"));
        assertSameAgain(trace(), "--accesses-from", file);
    }

    @Test
    void whatValgrindWritesNowIsRecorded() throws IOException, InterruptedException {
        assumeTrue(installed("gcc") && installed("valgrind"), "needs gcc and valgrind; kept runs are recorded anyway");
        Files.copy(STREAMS.resolve("sort.c"), temporary.resolve("sort.c"));
        assertTrue(runs("gcc", "-O1", "-o", "sort", "sort.c"));
        assertTrue(runs("valgrind", "--tool=lackey", "--trace-mem=yes", "--log-file=sort.lackey", "./sort"));
        Path file = temporary.resolve("sort.lackey");
        Path trace = record("--accesses-from", file, "--rebase");
        assertClean(trace);
        assertTrue(count(lines(trace), "page-faulted") > 50);
        assertSameAgain(trace, "--accesses-from", file);
    }

    private static boolean installed(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, name)));
    }

    private static String text(String name) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(STREAMS.resolve(name)))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void aLineThatIsNoRecordIsRefusedOrSkippedAndCounted() throws IOException {
        Path strict = written("walk", text("walk32.lackey.gz"));
        JsonNode whole = closing(record("--accesses-from", strict, "--rebase"));
        List<String> lines = new ArrayList<>(Files.readAllLines(strict));
        lines.add(100, "hello");
        lines.add(200, " L 0804zzzz,4");
        Path file = Files.write(temporary.resolve("walk"), lines);
        refused(ExitCodes.USAGE, file + ":101: ", "--force", "--accesses-from", file, "--rebase");
        Path trace = record("--accesses-from", file, "--rebase", "--lenient");
        assertEquals("pagetrail: warning: " + file + ": 2 lines are no records and were skipped\n", program.error());
        assertSameAgain(trace, "--accesses-from", file);
        assertTrue(lines(trace).get(0).at("/options/workload/stream/lenient").asBoolean());
        assertEquals(whole, closing(trace), "the others are run as if these were not there");
    }

    @Test
    void aStreamThatCannotBeRunIsRefused() throws IOException {
        Path file = STREAMS.resolve("sort.lackey.gz");
        refused("none does not exist; name a file that does", "--accesses-from", temporary.resolve("none"));
        refused("/dev/null: not a regular file", "--accesses-from", "/dev/null");
        refused("not a regular file", "--accesses-from", temporary);
        refused("is empty; name what valgrind --tool=lackey", "--accesses-from", written("empty", ""));
        refused("leave out --scenario and --program", "--accesses-from", file, "--scenario", "idle");
        refused("leave out --scenario and --program", "--accesses-from", file, "--program", file);
        refused("are about --accesses-from; name a file with it", "--rebase");
        refused("are about --accesses-from; name a file with it", "--lenient");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I  0401ab70,3|f:1: 0x0401ab70 is not in user space, 0x08048000 to 0xbfffffff; use --rebase",
                "hello|f:1: ",
                "==1== nothing|no record",
                "' S bffffffe,4'|f:1: 0xc0000000 is not in user space"
            })
    void whatTurnsOutToBeNoStreamWhileItRunsEndsTheRecording(String text, String says) throws IOException {
        Path file = written("f", text);
        refused(ExitCodes.USAGE, says, "--accesses-from", file);
        assertTrue(program.error().contains("t.trace is incomplete"), program.error());
        program.assertRefused(ExitCodes.TRACE, "incomplete", "verify", trace().toString());
    }

    @Test
    void aStreamWhoseCompressionIsCutIsRefusedAtItsEnd() throws IOException {
        byte[] whole = Files.readAllBytes(STREAMS.resolve("walk32.lackey.gz"));
        Path file = Files.write(temporary.resolve("f"), Arrays.copyOf(whole, whole.length / 2));
        refused(ExitCodes.USAGE, file + ":", "--accesses-from", file, "--rebase");
        record("--accesses-from", file, "--rebase", "--lenient");
        assertTrue(program.error().contains("skipped"), program.error());
    }

    // Wrong kernels

    @Test
    void aWrongKernelIsRunAgainAsWrong() throws IOException {
        Path trace = record("--inject", "double-map,wp-off", "--inject-at", "0");
        JsonNode workload = lines(trace).get(0).at("/options/workload");
        assertEquals("[\"double-map\",\"wp-off\"]", workload.get("inject").toString());
        assertEquals(0, workload.get("injectAt").asLong());
        assertEquals(ExitCodes.FINDINGS, program.run("verify", trace.toString(), "-o", unused().toString()));
        assertSameAgain(trace);
        record("--inject", "double-map", "--inject", "wp-off", "--inject-at", "0");
        assertEquals("", program.error());
        assertEquals(workload, lines(trace()).get(0).at("/options/workload"));
    }

    @Test
    void aMistakeThatHadNoOpportunityIsTold() throws IOException {
        Path trace = record("--inject", "double-map", "--inject-at", "1000000");
        assertEquals(
                "pagetrail: warning: there was no such opportunity for double-map, so the kernel is right there; use a"
                        + " lower --inject-at, or another scenario or profile\n",
                program.error());
        assertClean(trace);
        record("--scenario", "boot", "--inject", "double-map,large-page-left", "--inject-at", "0");
        assertTrue(
                program.error().contains("double-map") && !program.error().contains("large-page-left"),
                program.error());
    }

    @Test
    void aMistakeThatIsNoneIsRefused() {
        refused("--inject: 'typo' is not known; see --list-injections", "--inject", "double-map,typo");
        refused("--inject: '' is not known", "--inject", "");
        refused("--inject-at: opportunities are counted from 0", "--inject", "wp-off", "--inject-at", "-2");
        refused("--inject-at says when; say what with --inject", "--inject-at", "3");
        refused("--inject-at", "--inject", "wp-off", "--inject-at", "soon");
    }

    // Headers of other releases

    private Path altered(Path trace, String right, String wrong) throws IOException {
        Path text = unused();
        run("view", trace.toString(), "--format", "jsonl", "-o", text.toString());
        String whole = Files.readString(text);
        assertTrue(whole.contains(right), right);
        Path file = temporary.resolve("altered" + outputs++ + ".jsonl");
        Files.writeString(file, whole.replace(right, wrong));
        return file;
    }

    @Test
    void aHeaderThatThisReleaseCannotRunIsTold() throws IOException {
        Path trace = record("--scenario", written("mine.yaml", SCENARIO), "--inject", "wp-off");
        assertRefusedReplay("a defect that this release does not know: 'wp-gone'", altered(trace, "wp-off", "wp-gone"));
        assertRefusedReplay("program 'shell' of another release", altered(trace, sha(trace), "0".repeat(64)));
        assertRefusedReplay(
                "program 'shelf' of another release", altered(trace, "\"name\":\"shell\"", "\"name\":\"shelf\""));
        assertRefusedReplay("the trace's scenario:5:", altered(trace, "name: both", "nome: both"));
    }

    private String sha(Path trace) throws IOException {
        return lines(trace).get(0).get("modules").get(0).get("sha256").asText();
    }

    private void assertRefusedReplay(String says, Path trace) {
        int code = program.run("replay", "--check", trace.toString());
        assertTrue(code == ExitCodes.USAGE || code == ExitCodes.TRACE, program.error());
        assertEquals(1, program.error().lines().count(), program.error());
        assertTrue(program.error().contains(says), program.error());
    }
}

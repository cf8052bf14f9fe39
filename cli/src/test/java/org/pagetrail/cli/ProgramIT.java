package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.pagetrail.cli.PagetrailProcess.Result;

/** What the built program leaves behind: its output, and nothing else anywhere. */
class ProgramIT {
    /** Each is run in an empty directory, one line after the other; {@code boot.trace} is all that may appear there. */
    static final List<List<String>> SESSIONS = List.of(
            List.of("--help"),
            List.of("--version"),
            List.of("plan show", "plan lint"),
            List.of("record --list-profiles", "record --list-scenarios", "record --list-injections"),
            List.of("record -o boot.trace", "info boot.trace"));

    private static final String TRACE = "boot.trace";

    @TempDir
    Path temporary;

    private Path home;
    private Path work;
    private Path scratch;

    @BeforeEach
    void makeEmptyDirectories() throws IOException {
        home = Files.createDirectory(temporary.resolve("home"));
        work = Files.createDirectory(temporary.resolve("work"));
        scratch = Files.createDirectory(temporary.resolve("tmp"));
    }

    private PagetrailProcess program(String line) {
        return PagetrailProcess.of(line.split(" ", -1)).in(work).home(home).temporary(scratch);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @FieldSource("SESSIONS")
    void nothingIsLeftButTheTrace(List<String> session) throws IOException, InterruptedException {
        boolean records = false;
        for (String line : session) {
            Result result = program(line).run();
            assertEquals("", result.err(), line);
            assertEquals(ExitCodes.CLEAN, result.exitCode(), line);
            assertFalse(result.out().isEmpty(), line);
            records |= line.startsWith("record -o");
        }
        assertEquals(records ? List.of(TRACE) : List.of(), names(work), "the working directory");
        assertEquals(List.of(), names(home), "HOME");
        assertEquals(List.of(), names(scratch), "the temporary directory");
    }

    @ParameterizedTest
    @FieldSource("SESSIONS")
    void noConnectionIsTried(List<String> session) throws IOException, InterruptedException {
        assumeTrue(straceWorks(), "strace is there and may trace");
        Path calls = temporary.resolve("calls");
        for (String line : session) {
            program(line)
                    .under("strace", "-f", "-qq", "-e", "trace=connect,execve", "-o", calls.toString())
                    .run();
            List<String> seen = Files.readAllLines(calls);
            assertTrue(seen.stream().anyMatch(call -> call.contains("execve(")), "strace saw the start");
            assertEquals(
                    List.of(),
                    seen.stream().filter(call -> call.contains("AF_INET")).toList(),
                    line);
        }
    }

    private static boolean straceWorks() throws IOException, InterruptedException {
        String path = System.getenv().getOrDefault("PATH", "");
        boolean there = Stream.of(path.split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "strace")));
        return there
                && new ProcessBuilder("strace", "-o", "/dev/null", "true")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }

    @Test
    void theJarHoldsNoEntryTwiceAndSaysWhatItNeeds() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("pagetrail.jar"))) {
            Map<String, Integer> entries = new TreeMap<>();
            jar.stream().forEach(entry -> entries.merge(entry.getName(), 1, Integer::sum));
            entries.values().removeIf(count -> count == 1);
            assertEquals(Map.of(), entries);
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals("org.pagetrail.cli.Main", manifest.getValue(Attributes.Name.MAIN_CLASS));
            assertEquals("true", manifest.getValue(Attributes.Name.MULTI_RELEASE));
            assertEquals("ALL-UNNAMED", manifest.getValue("Enable-Native-Access"));
            assertTrue(jar.stream().noneMatch(entry -> entry.getName().endsWith("module-info.class")));
        }
    }
}

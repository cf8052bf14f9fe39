package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.replay.timeline.Checkpoints;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

/** A trace that is just long enough for states on the way to be kept. */
class FarInATraceTest {
    private static final long EVENTS = Checkpoints.FEWEST + 100_000;

    @TempDir
    static Path shared;

    @TempDir
    Path temporary;

    private final Program program = new Program();
    private Path cache;

    @BeforeAll
    static void write() {
        RecordingInputs inputs = new RecordingInputs(
                PlanFile.standard(), MachineProfiles.named("unit"), 0, null, List.of(), Scenarios.BOOT, 0);
        Recording recording = Recording.prepare(inputs, "test");
        try (JournalWriter journal = JournalWriter.create(shared.resolve("long"), recording.header(), false)) {
            journal.symbolDefined(0, 0, "before");
            journal.symbolDefined(0, 1, "outer");
            journal.symbolDefined(0, 2, "inner");
            journal.phaseBegan(0, 1);
            journal.phaseBegan(0, 2);
            journal.framesAllocated(1, 77, 1, 0);
            journal.phaseEnded(1, 2);
            while (journal.events() < EVENTS - 3) {
                journal.stackPointerMoved(journal.events(), 0xffbff - journal.events() % 3);
            }
            journal.framesFreed(EVENTS, 77, 1, 0);
            journal.phaseEnded(EVENTS, 1);
            journal.finish();
        }
        Program.interrupted(shared.resolve("short"), 400);
    }

    @BeforeEach
    void noCacheYet() {
        cache = temporary.resolve("cache");
    }

    private String run(String... arguments) throws IOException {
        Path out = temporary.resolve("out");
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("-o", out.toString()))
                .toArray(String[]::new);
        assertEquals(ExitCodes.CLEAN, program.run(all), program.error());
        String text = Files.readString(out);
        Files.delete(out);
        return text;
    }

    private String[] with(String[] command, String... options) {
        return Stream.concat(Stream.of(command), Stream.of(options)).toArray(String[]::new);
    }

    private long kept() throws IOException {
        if (!Files.exists(cache)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void whatIsShownIsTheSameWithStatesKeptAndWithout() throws IOException {
        String trace = shared.resolve("long").toString();
        String from = Long.toString(EVENTS - 5);
        List<String[]> commands = List.of(
                new String[] {"view", trace, "--from", from},
                new String[] {"view", trace, "--from", from, "--format", "jsonl"},
                new String[] {"view", trace, "--from", "3000000", "-n", "3"},
                new String[] {"view", trace, "--from", "3000000", "--event", "frames-freed"},
                new String[] {"view", trace, "--from", Long.toString(EVENTS + 1_000_000)},
                new String[] {"export", trace, "--from", from},
                new String[] {"state", trace, "--at", from},
                new String[] {"state", trace, "--format", "json"},
                new String[] {"state", trace, "--at", "phase:inner"});
        for (String[] command : commands) {
            String plain = run(with(command, "--no-checkpoints"));
            assertEquals(0, kept());
            String first = run(with(command, "--checkpoints", cache.toString()));
            assertEquals(plain, first, String.join(" ", command));
            long states = kept();
            assertEquals(command[3].startsWith("phase"), states == 0, states + " states kept");
            assertEquals(plain, run(with(command, "--checkpoints", cache.toString())), String.join(" ", command));
            assertEquals(states, kept());
            delete(cache);
        }
        String shown = run("view", trace, "--from", from, "--checkpoints", cache.toString());
        assertTrue(shown.contains("outer") && shown.contains("before"), shown);
        assertEquals(EVENTS / Checkpoints.DISTANCE, kept());
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void noDamageIsSeenInWhatIsLeftOut() throws IOException {
        Path trace = temporary.resolve("damaged");
        Files.createDirectory(trace);
        Path data;
        try (Stream<Path> files = Files.list(shared.resolve("long"))) {
            data = files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
        Path copy = Files.copy(data, trace.resolve(data.getFileName()));
        String[] view = {
            "view", trace.toString(), "--from", Long.toString(EVENTS - 2), "--checkpoints", cache.toString()
        };
        String shown = run(view);
        try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
            file.seek(1 << 20);
            file.writeInt(-1);
        }
        assertEquals(shown, run(view));
        program.assertRefused(
                ExitCodes.TRACE,
                "damaged",
                "view",
                trace.toString(),
                "--from",
                Long.toString(EVENTS - 2),
                "--no-checkpoints");
    }

    @Test
    void ofATraceThatIsShortNothingIsKept() throws IOException {
        String trace = shared.resolve("short").toString();
        run("state", trace, "--at", "300", "--checkpoints", cache.toString());
        run("view", trace, "--from", "300", "--checkpoints", cache.toString());
        assertFalse(Files.exists(cache));
    }

    @Test
    void theCacheIsWhereTheVariablesSay() {
        Path own = Path.of("/own");
        assertEquals(own, CheckpointOptions.standard(Map.of("PAGETRAIL_CACHE", "/own", "XDG_CACHE_HOME", "/x")));
        assertNull(CheckpointOptions.standard(Map.of("PAGETRAIL_CACHE", "", "HOME", "/home/me")));
        assertEquals(
                Path.of("/x/pagetrail"),
                CheckpointOptions.standard(Map.of("XDG_CACHE_HOME", "/x", "HOME", "/home/me")));
        assertEquals(
                Path.of("/home/me/.cache/pagetrail"),
                CheckpointOptions.standard(Map.of("XDG_CACHE_HOME", "relative", "HOME", "/home/me")));
        assertNull(CheckpointOptions.standard(Map.of()));
    }
}

package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.pagetrail.analyzer.hotspot.Cause;
import org.pagetrail.analyzer.hotspot.Hotspots;
import org.pagetrail.analyzer.verify.Verifier;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.recorder.scenario.Scenario;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.InputFile;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.recorder.session.Workload;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

/**
 * Every scenario, with kernel tables made at once and as they are needed, on every profile that can boot the plan: no invariant is violated, the
 * state replayed from the events is the machine's after each of them, and each cycle is one that the events explain.
 */
class LivingKernelTest {
    /** Read-only pages of the three programs and the library. */
    private static final int MOST_FILE_PAGES = 16;

    private static final int KERNELS_OWN_STACK = 4;
    private static final Path RECORDER = Path.of("..", "recorder", "src");

    /** Those that can boot the plan. */
    static final List<String> PROFILES = List.of("p6", "pentium", "skylake", "unit");

    private static final Plan PREALLOCATED = PlanFile.standard();
    private static final Plan LAZY = lazy();

    /** Scenarios that take longest run on two profiles, each with one of the two strategies. */
    private static final Set<String> LONG = Set.of("tlb-thrash", "oom");

    private static final int KERNELS_OF_CHANCE = Integer.getInteger("pagetrail.kernels", 12);
    private static final int[] MEGABYTES = {8, 9, 15, 16, 17, 64, 64, 200, 1024, 4096};

    @TempDir
    Path temporary;

    private int traces;

    /** One recording. */
    record Run(String scenario, String profile, boolean lazy, int megabytes, long seed) {}

    static List<Run> runs() {
        List<Run> runs = new ArrayList<>();
        for (String scenario : Scenarios.names()) {
            for (String profile : PROFILES) {
                for (boolean lazy : new boolean[] {false, true}) {
                    if (!LONG.contains(scenario)
                            || profile.equals("p6") && !lazy
                            || profile.equals("skylake") && lazy) {
                        runs.add(new Run(scenario, profile, lazy, 64, 0));
                    }
                }
            }
        }
        runs.add(new Run("oom", "pentium", false, 16, 1));
        runs.add(new Run("oom", "unit", true, 16, 2));
        runs.add(new Run("desktop", "p6", false, 8, 3));
        runs.add(new Run("desktop", "p6", false, 128, 4));
        runs.add(new Run("fork-storm", "unit", true, 8, 5));
        return runs;
    }

    /** The standard plan, with kernel tables made at once or as they are needed. */
    static Plan plan(boolean lazy) {
        return lazy ? LAZY : PREALLOCATED;
    }

    private static Plan lazy() {
        try {
            String standard = Files.readString(Path.of("..", "plans", "higher-half-3g.yaml"));
            Path file = Files.createTempFile("plan", ".yaml");
            Files.writeString(file, standard.replace("strategy: preallocated", "strategy: lazy"));
            Plan plan = PlanFile.read(file);
            Files.delete(file);
            return plan;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRightKernelHoldsEveryInvariantWhateverTheSeedTheMachineAndItsMemory() {
        long seed = Long.getLong("pagetrail.kernels.seed", new Random().nextLong());
        Random random = new Random(seed);
        List<String> scenarios = new ArrayList<>(Scenarios.names());
        scenarios.removeAll(LONG);
        for (int i = 0; i < KERNELS_OF_CHANCE; i++) {
            Run run = new Run(
                    scenarios.get(random.nextInt(scenarios.size())),
                    PROFILES.get(random.nextInt(PROFILES.size())),
                    random.nextBoolean(),
                    MEGABYTES[random.nextInt(MEGABYTES.length)],
                    random.nextLong());
            try {
                aRightKernelHoldsEveryInvariantAndItsStateIsThatOfTheEvents(run);
            } catch (AssertionError e) {
                throw new AssertionError("-Dpagetrail.kernels.seed=" + seed + ", " + run + ": " + e.getMessage(), e);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("runs")
    void aRightKernelHoldsEveryInvariantAndItsStateIsThatOfTheEvents(Run run) {
        check(run, Workload.of(Scenarios.named(run.scenario)));
    }

    @ParameterizedTest
    @CsvSource({"p6, false", "pentium, true", "skylake, true", "unit, false"})
    void soItDoesWithAReferenceStreamAndAProgramOfTheUsers(String profile, boolean lazy) {
        Run run = new Run(Scenarios.PROGRAM, profile, lazy, 16, 0);
        Scenario scenario = Scenarios.named(Scenarios.PROGRAM);
        InputFile stream =
                InputFile.of(RECORDER.resolve("test/resources/org/pagetrail/recorder/workload/sort.lackey.gz"));
        InputFile program = InputFile.of(RECORDER.resolve("main/resources/org/pagetrail/recorder/programs/compiler"));
        check(run, new Workload(scenario, program, null, false, false, false, new TreeSet<>(), -1));
        Scenario boot = Scenarios.named(Scenarios.BOOT);
        check(run, new Workload(boot, null, stream, true, false, false, new TreeSet<>(), -1));
        check(run, new Workload(scenario, program, null, false, false, true, new TreeSet<>(), -1));
    }

    private void check(Run run, Workload workload) {
        Recording recording = Recording.prepare(
                new RecordingInputs(
                        plan(run.lazy),
                        MachineProfiles.named(run.profile),
                        (long) run.megabytes << 20,
                        null,
                        List.of(),
                        workload,
                        run.seed),
                "test");
        StateBuilder replayed = new StateBuilder(recording.header());
        DigestsSideBySide both = new DigestsSideBySide(replayed);
        Path trace = temporary.resolve(traces++ + ".trace");
        try (JournalWriter journal = JournalWriter.create(trace, recording.header(), false)) {
            EventTee tee = new EventTee(journal, both);
            Machine machine = recording.machine(tee);
            both.watch(machine);
            assertEquals(StopReason.HALT, recording.run(machine, tee));
            journal.finish();
        }
        assertTrue(both.events() > 1_500, "events: " + both.events());
        assertTrue(both.fullComparisons() >= 8 + both.events() / 4_096, "all is compared: " + both.fullComparisons());
        assertGivenBack(replayed.state(), (int) ((long) run.megabytes << 20 >>> 12));
        try (TraceReader reader = Traces.open(trace)) {
            assertEquals(List.of(), Verifier.verify(reader, rule -> true).violations());
        }
        try (TraceReader reader = Traces.open(trace)) {
            Hotspots hotspots = Hotspots.of(reader, List.of());
            assertEquals(0, hotspots.total().cycles(Cause.UNATTRIBUTED));
            assertEquals(reader.closing().lastTick(), hotspots.cycles());
        }
    }

    /** Of what processes had nothing is left but pages of files, one frame each, that nobody uses. */
    private static void assertGivenBack(MachineState state, int frames) {
        int pages = 0;
        int stackPages = 0;
        for (int frame = 0; frame < frames; frame++) {
            if (state.isAllocated(frame) && "user-page".equals(state.frameUse(frame))) {
                pages++;
                assertEquals(1, state.shareCount(frame), "users of frame " + frame);
            }
            if (state.isAllocated(frame) && "page-table".equals(state.frameUse(frame))) {
                assertTrue(state.isLive(frame), "table " + frame + " is left");
            }
            stackPages += state.isAllocated(frame) && "kernel-stack".equals(state.frameUse(frame)) ? 1 : 0;
            boolean directory = state.isAllocated(frame) && "page-directory".equals(state.frameUse(frame));
            assertTrue(!directory || frame == state.loadedDirectory().orElse(-1), "directory " + frame + " is left");
        }
        assertTrue(pages <= MOST_FILE_PAGES, pages + " frames of programs are left");
        assertEquals(KERNELS_OWN_STACK, stackPages, "frames of kernel stacks");
    }
}

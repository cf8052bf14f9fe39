package org.pagetrail.benchmarks.recording;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.pagetrail.benchmarks.compare.Unheard;
import org.pagetrail.recorder.machine.Access;
import org.pagetrail.recorder.scenario.Scenario;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.InputFile;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.recorder.session.Workload;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.MachineProfiles;

/**
 * How many accesses of a workload are recorded in a second, beside the machine alone and the kernel with nobody listening: the three interleaved,
 * medians, the first repetition dropped.
 */
public final class RecordingRates {
    private static final int REPETITIONS = 8;
    private static final double NANOSECONDS = 1e9;
    private static final int USER = 3;

    private RecordingRates() {}

    /**
     * Prints the rates of {@code tlb-thrash}, and of a reference stream.
     *
     * @param arguments the stream's file, or none
     */
    public static void main(String[] arguments) {
        rates("tlb-thrash", Workload.of(Scenarios.named("tlb-thrash")));
        if (arguments.length > 0) {
            Path file = Path.of(arguments[0]);
            rates("reference stream", of(Scenarios.named(Scenarios.BOOT), InputFile.of(file), false));
        }
    }

    private static Workload of(Scenario scenario, InputFile stream, boolean accesses) {
        return new Workload(scenario, null, stream, stream != null, false, accesses, new TreeSet<>(), -1);
    }

    private static Recording prepare(Workload workload) {
        MachineProfile profile = MachineProfiles.named("p6");
        return Recording.prepare(
                new RecordingInputs(PlanFile.standard(), profile, 0, null, List.of(), workload, 0), "benchmark");
    }

    private static void rates(String name, Workload workload) {
        long[] accesses = userAccesses(of(workload.scenario(), workload.stream(), true));
        AloneMachine alone = new AloneMachine(MachineProfiles.named("p6"), accesses);
        double[][] seconds = new double[3][REPETITIONS];
        for (int i = 0; i < REPETITIONS; i++) {
            seconds[0][i] = seconds(alone::pass);
            seconds[1][i] = seconds(() -> prepare(workload).run(new Unheard()));
            seconds[2][i] = seconds(() -> journal(workload));
        }
        System.out.printf(Locale.ROOT, "%s: %,d accesses in user mode%n", name, accesses.length);
        String[] what = {"machine alone", "kernel, nobody listening", "recorded to a journal"};
        double machine = median(seconds[0]);
        for (int i = 0; i < what.length; i++) {
            double median = median(seconds[i]);
            System.out.printf(
                    Locale.ROOT,
                    "  %-25s %7.2f M accesses/s   %.2f of the machine alone%n",
                    what[i],
                    accesses.length / median / 1e6,
                    machine / median);
        }
    }

    private static double median(double[] all) {
        double[] later = Arrays.copyOfRange(all, 1, all.length);
        Arrays.sort(later);
        return later[later.length / 2];
    }

    private static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / NANOSECONDS;
    }

    private static long[] userAccesses(Workload workload) {
        AccessKind[] kinds = AccessKind.values();
        long[][] found = {new long[1 << 20]};
        int[] count = new int[1];
        prepare(workload).run(new Unheard() {
            @Override
            public void accessed(long tick, long linear, int kind, long size, int cpl, long ip) {
                if (cpl == USER) {
                    if (count[0] == found[0].length) {
                        found[0] = Arrays.copyOf(found[0], 2 * count[0]);
                    }
                    found[0][count[0]++] = Access.of((int) linear, kinds[kind]);
                }
            }
        });
        return Arrays.copyOf(found[0], count[0]);
    }

    private static void journal(Workload workload) {
        try {
            Path directory = Files.createTempDirectory("rates");
            Recording recording = prepare(workload);
            try (JournalWriter journal = JournalWriter.create(directory.resolve("t"), recording.header(), false)) {
                recording.run(journal);
                journal.finish();
            }
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

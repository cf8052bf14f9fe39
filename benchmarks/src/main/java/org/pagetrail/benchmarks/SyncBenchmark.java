package org.pagetrail.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.journal.JournalSurvey;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.journal.Sync;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

/** How long a journal of a million TLB fills in ten phases takes, by how often it is forced to the disk; and to check it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED"
        })
public class SyncBenchmark {
    private static final int EVENTS = 1_000_000;
    private static final int IN_PHASE = 100_000;

    /** When it is forced. */
    @Param
    private Sync sync;

    private TraceHeader header;
    private Path directory;
    private Path kept;
    private int next;

    /** Makes a place for journals, and one to check. */
    @Setup
    public void prepare() throws IOException {
        header = Recording.prepare(
                        new RecordingInputs(
                                PlanFile.standard(),
                                MachineProfiles.named("p6"),
                                0,
                                null,
                                List.of(),
                                Scenarios.BOOT,
                                0),
                        "benchmark")
                .header();
        directory = Files.createTempDirectory("journals");
        kept = write();
    }

    /** Removes the journals that were written. */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
        delete(directory);
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Path write() {
        try (JournalWriter writer = JournalWriter.create(directory.resolve("t" + next++), header, false, sync)) {
            for (int i = 0; i < EVENTS; i++) {
                long page = i * 2_654_435_761L & 0xf_ffff;
                writer.tlbFilled(
                        i * 20L, 3, (int) page & 15, i & 3, -1, page, 0x10_1063, page << 12 | 0x63, 11, 1, 0, 0, 2);
                if (i % IN_PHASE == IN_PHASE - 1) {
                    writer.phaseEnded(i * 20L, 0);
                }
            }
            return writer.finish();
        }
    }

    /** Encodes, writes, forces. */
    @Benchmark
    public Path writeAndForce() throws IOException {
        Path written = write();
        delete(written);
        return written;
    }

    /** Finds it whole. */
    @Benchmark
    public boolean check() {
        return JournalSurvey.check(kept).whole();
    }
}

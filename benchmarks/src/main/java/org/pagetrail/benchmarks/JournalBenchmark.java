package org.pagetrail.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.journal.JournalReader;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

/** How many events a second go into a journal, come out of it, and are folded into a state. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED"
        })
public class JournalBenchmark {
    private static final int EVENTS = 1 << 20;

    private Recording recording;
    private Path directory;
    private Path journal;
    private int next;

    /** Makes a place for journals, and one to read. */
    @Setup
    public void prepare() throws IOException {
        recording = Recording.prepare(
                new RecordingInputs(
                        PlanFile.standard(),
                        MachineProfiles.named("p6"),
                        0,
                        null,
                        java.util.List.of(),
                        Scenarios.BOOT,
                        0),
                "benchmark");
        directory = Files.createTempDirectory("journals");
        journal = write();
    }

    /** Removes the journals that were written. */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void tell(TraceEvents out) {
        for (int i = 0; i < EVENTS; i++) {
            long page = i * 2_654_435_761L & 0xf_ffff;
            out.tlbFilled(i * 20L, 3, (int) page & 15, i & 3, -1, page, 0x10_1063, page << 12 | 0x63, 11, 1, 0, 0, 2);
        }
    }

    private Path write() {
        try (JournalWriter writer = JournalWriter.create(directory.resolve("t" + next++), recording.header(), false)) {
            tell(writer);
            return writer.finish();
        }
    }

    /** Encodes and writes; the events are TLB fills of scattered pages. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public Path writeEvents() throws IOException {
        Path written = write();
        try (Stream<Path> files = Files.list(written)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(written);
        return written;
    }

    /** Reads, checks and counts. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long readEvents() {
        EventCounts counts = new EventCounts();
        try (JournalReader reader = JournalReader.open(journal)) {
            reader.readAll(counts);
        }
        return counts.total();
    }

    /** Reads, checks and folds. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long foldEvents() {
        try (JournalReader reader = JournalReader.open(journal)) {
            StateBuilder builder = new StateBuilder(reader.header());
            reader.readAll(builder);
            return builder.state().events();
        }
    }
}

package org.pagetrail.benchmarks.compare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.pagetrail.recorder.machine.Access;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.MachineProfiles;

/** How fast TLB fills of the stream {@code mix} are folded and checked, from memory: one by one, and in runs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g"})
public class FoldBenchmark {
    /** As many as leave the runs in a processor's cache, as a reader's single run would be. */
    private static final int FILLS = 64 * TlbFills.CAPACITY;

    private static final long RAM = 128L << 20;
    private static final int DIRECTORY = 0x0500_0000;
    private static final int TABLES = DIRECTORY + LinearAddress.PAGE_BYTES;
    private static final int ALL = Entries.PRESENT | Entries.WRITABLE | Entries.ACCESSED | Entries.DIRTY;
    private static final int CHUNK = 64;

    private final FillMemory fills = new FillMemory(FILLS);
    private MachineState mapped;

    /** Makes the machine's state and its fills. */
    @Setup
    public void prepare() {
        MachineProfile profile = profile();
        RecordingInputs inputs =
                new RecordingInputs(PlanFile.standard(), profile, RAM, null, List.of(), Scenarios.BOOT, 0);
        StateBuilder builder =
                new StateBuilder(Recording.prepare(inputs, "benchmark").header());
        Machine machine = new Machine(profile, RAM, new EventTee(fills, builder));
        for (int page = 0; page < Streams.REGION >>> LinearAddress.PAGE_SHIFT; page++) {
            machine.store(TABLES + page * Integer.BYTES, page << LinearAddress.PAGE_SHIFT | ALL);
        }
        for (int table = 0; table < Streams.REGION >>> LinearAddress.LARGE_PAGE_SHIFT; table++) {
            int slot = LinearAddress.directorySlot(Streams.BASE) + table;
            machine.store(DIRECTORY + slot * Integer.BYTES, TABLES + table * LinearAddress.PAGE_BYTES | ALL);
        }
        machine.writeCr3(DIRECTORY);
        machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_PG | ControlBits.CR0_WP);
        mapped = builder.snapshot();
        int[] stream = Streams.MIX.accesses();
        long[] accesses = new long[CHUNK];
        for (int from = 0; fills.count() < FILLS; from += CHUNK) {
            for (int i = 0; i < CHUNK; i++) {
                int access = stream[from + i];
                accesses[i] = Access.of(access & ~7, (access & 1) == 0 ? AccessKind.READ : AccessKind.WRITE);
            }
            machine.touchAll(accesses, 0, CHUNK);
        }
    }

    private static MachineProfile profile() {
        try (InputStream in = FoldBenchmark.class.getResourceAsStream("/compare.yaml")) {
            Path file = Files.createTempFile("compare", ".yaml");
            Files.write(file, in.readAllBytes());
            MachineProfile profile = MachineProfiles.read(file);
            Files.delete(file);
            return profile;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Folds, a call for each. */
    @Benchmark
    @OperationsPerInvocation(FILLS)
    public long foldOneByOne() {
        StateBuilder builder = StateBuilder.from(mapped);
        for (TlbFills run : fills.runs()) {
            for (int i = 0; i < run.count(); i++) {
                run.tell(i, builder);
            }
        }
        return builder.state().events();
    }

    /** Folds in runs. */
    @Benchmark
    @OperationsPerInvocation(FILLS)
    public long foldInRuns() {
        StateBuilder builder = StateBuilder.from(mapped);
        for (TlbFills run : fills.runs()) {
            builder.tlbFilled(run);
        }
        return builder.state().events();
    }

    /** Folds in runs, each fill compared with the folded tables. */
    @Benchmark
    @OperationsPerInvocation(FILLS)
    public long foldAndCheckInRuns() {
        StateBuilder builder = StateBuilder.from(mapped);
        for (TlbFills run : fills.runs()) {
            int taken = builder.foldAsWalked(run, 0, run.count());
            if (taken != run.count()) {
                throw new IllegalStateException("fill " + taken + " is not as walked");
            }
        }
        return builder.state().events();
    }
}

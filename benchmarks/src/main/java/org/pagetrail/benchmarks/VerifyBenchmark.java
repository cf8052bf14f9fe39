package org.pagetrail.benchmarks;

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
import org.pagetrail.analyzer.verify.Verdict;
import org.pagetrail.analyzer.verify.Verifier;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

/**
 * How fast events are folded, and folded and judged by all invariants: the boot, then pages of the heap that are mapped, filled,
 * unmapped and invalidated, again and again, from memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx2g"})
public class VerifyBenchmark {
    private static final int ROUNDS = 100_000;
    private static final int FILLS = 6;
    private static final int EVENTS = ROUNDS * (FILLS + 3);
    private static final long HEAP = 0xc040_0000L;
    private static final long FRAME = 0x700;
    private static final long ENTRY = FRAME << 12 | 0x103;
    private static final long ACCESSED = 0x20;

    private Recording recording;
    private TraceClosing closing;

    /** Tells the boot without its last event, then the rounds. */
    private void tell(TraceEvents out) {
        StateBuilder builder = new StateBuilder(recording.header());
        MachineState state = builder.state();
        recording.run(new EventTee(builder, new UntilStopped(out)));
        long directory = state.loadedDirectory().orElseThrow();
        long pde = state.word(directory, (int) (HEAP >>> 22)) | ACCESSED;
        long table = pde >>> 12;
        long tick = state.tick();
        int set = (int) (HEAP >>> 12) & state.tlb(Tlb.DATA_4K).sets() - 1;
        out.framesAllocated(tick, FRAME, 1, 0);
        out.entryMarked(
                tick,
                directory,
                (int) (HEAP >>> 22),
                pde & ~ACCESSED,
                pde,
                HEAP,
                2,
                directory,
                EntryCause.WALK.ordinal());
        int rights = Rights.READ | Rights.WRITE | Rights.EXECUTE;
        for (int round = 0; round < ROUNDS; round++) {
            out.pageMapped(tick, table, 0, 0, ENTRY | ACCESSED, HEAP, 1, directory, EntryCause.STORE.ordinal());
            for (int fill = 0; fill < FILLS; fill++) {
                out.tlbFilled(
                        tick,
                        Tlb.DATA_4K.ordinal(),
                        set,
                        fill & 3,
                        -1,
                        HEAP >>> 12,
                        pde,
                        ENTRY | ACCESSED,
                        rights,
                        0,
                        1,
                        FillCause.MISS.ordinal(),
                        2);
            }
            out.pageUnmapped(tick, table, 0, ENTRY | ACCESSED, 0, HEAP, 1, directory, EntryCause.STORE.ordinal());
            out.tlbInvalidated(tick, FlushCause.INVLPG.ordinal(), HEAP, 1, 0, 0);
        }
        out.machineStopped(tick, 0);
    }

    /** Makes the recording, and sees that it is clean: a violation would be what is measured. */
    @Setup
    public void prepare() {
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
        EventCounts counts = new EventCounts();
        tell(counts);
        closing = new TraceClosing(counts.total(), counts.lastTick(), "", counts.byId());
        if (!judgeEvents().violations().isEmpty()) {
            throw new IllegalStateException(judgeEvents().violations().toString());
        }
    }

    /** Folds. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long foldEvents() {
        StateBuilder builder = new StateBuilder(recording.header());
        tell(builder);
        return builder.state().events();
    }

    /** Folds and judges by all invariants. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public Verdict judgeEvents() {
        return Verifier.verify(new FromMemory(), invariant -> true);
    }

    /** Hands all events on but the machine's stop. */
    private static final class UntilStopped extends FlatEvents {
        private final TraceEvents out;

        UntilStopped(TraceEvents out) {
            this.out = out;
        }

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            if (id != EventId.MACHINE_STOPPED) {
                EventDispatch.dispatch(id, tick, fields, text, out);
            }
        }
    }

    private final class FromMemory implements TraceReader {
        private boolean told;

        @Override
        public TraceHeader header() {
            return recording.header();
        }

        @Override
        public boolean next(TraceEvents out) {
            boolean first = !told;
            if (first) {
                tell(out);
                told = true;
            }
            return first;
        }

        @Override
        public long ordinal() {
            return -1;
        }

        @Override
        public TraceClosing closing() {
            return closing;
        }

        @Override
        public void close() {}
    }
}

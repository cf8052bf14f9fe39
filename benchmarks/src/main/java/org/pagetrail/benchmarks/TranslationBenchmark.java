package org.pagetrail.benchmarks;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.pagetrail.recorder.machine.Access;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.profile.MachineProfiles;

/** How many accesses a second the machine translates, with every check on and the events counted. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TranslationBenchmark {
    private static final int ACCESSES = 1 << 14;
    private static final int PAGES = 1 << 14;
    private static final int DIRECTORY = 0x10_0000;
    private static final int TABLES = 0x10_1000;
    private static final int ALL = Entries.PRESENT | Entries.WRITABLE | Entries.ACCESSED | Entries.DIRTY;

    /** The machine. */
    @Param({"p6", "skylake"})
    private String profile;

    /** How many pages the accesses spread over: few stay in the first level, many need walks. */
    @Param({"8", "512", "16384"})
    private int pages;

    private Machine machine;
    private final int[] addresses = new int[ACCESSES];
    private final long[] stretch = new long[ACCESSES];

    /** Maps 64 MB, linear addresses as they are, and draws the addresses. */
    @Setup
    public void map() {
        machine = new Machine(MachineProfiles.named(profile), 128L << 20, new EventCounts());
        for (int table = 0; table < PAGES / 1024; table++) {
            machine.store(DIRECTORY + table * 4, TABLES + table * 4096 | ALL);
        }
        for (int page = 0; page < PAGES; page++) {
            machine.store(TABLES + page * 4, page << 12 | ALL);
        }
        machine.writeCr3(DIRECTORY);
        machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_PG | ControlBits.CR0_WP);
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < ACCESSES; i++) {
            addresses[i] = random.nextInt(pages) << 12 | random.nextInt(1024) << 2;
            stretch[i] = Access.of(addresses[i], (i & 7) == 0 ? AccessKind.WRITE : AccessKind.READ);
        }
    }

    /** Accesses of a stretch, one in eight a write. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long accessesAtOnce() {
        return machine.touchAll(stretch, 0, ACCESSES);
    }

    /** Accesses to the first of the pages alone: hits in the first level. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long hits() {
        long sum = 0;
        for (int i = 0; i < ACCESSES; i++) {
            sum += machine.touch(addresses[i] & 0xfff, AccessKind.READ);
        }
        return sum;
    }

    /** Walks: each page is dropped before it is accessed. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long walksAfterInvlpg() {
        for (int i = 0; i < ACCESSES; i++) {
            machine.invlpg(addresses[i]);
            machine.touch(addresses[i], AccessKind.READ);
        }
        return machine.now();
    }

    /** A load of CR3 after 64 accesses: what a flush costs, with the walks that follow. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long flushesEvery64() {
        for (int i = 0; i < ACCESSES; i++) {
            if ((i & 63) == 0) {
                machine.writeCr3(DIRECTORY);
            }
            machine.touch(addresses[i], AccessKind.READ);
        }
        return machine.now();
    }

    /** Accesses, one in eight a write. */
    @Benchmark
    @OperationsPerInvocation(ACCESSES)
    public long accesses() {
        for (int i = 0; i < ACCESSES; i++) {
            machine.touch(addresses[i], (i & 7) == 0 ? AccessKind.WRITE : AccessKind.READ);
        }
        return machine.now();
    }
}

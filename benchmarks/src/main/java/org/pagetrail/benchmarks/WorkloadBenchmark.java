package org.pagetrail.benchmarks;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.pagetrail.recorder.workload.AccessMix;
import org.pagetrail.recorder.workload.AccessPattern;
import org.pagetrail.recorder.workload.AddressRange;
import org.pagetrail.recorder.workload.Distribution;
import org.pagetrail.recorder.workload.LackeyReader;
import org.pagetrail.recorder.workload.ReferenceStream;
import org.pagetrail.recorder.workload.SplitMix64;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.PlanFile;

/** How many records of a reference stream are read, and how many accesses patterns give, in a microsecond. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WorkloadBenchmark {
    private static final int COUNT = 1 << 22;
    private static final int PAGE = 4096;

    /** A stream as a 64-bit program makes it: four fetches to a reference of data, half of these on its stack. */
    @State(Scope.Benchmark)
    public static class Recorded {
        private final Plan plan = PlanFile.standard();
        private Path directory;
        private Path plain;
        private Path compressed;

        /** Writes it, plain and compressed. */
        @Setup
        public void write() throws IOException {
            directory = Files.createTempDirectory("references");
            plain = directory.resolve("plain");
            compressed = directory.resolve("compressed");
            try (OutputStream one = new BufferedOutputStream(Files.newOutputStream(plain));
                    OutputStream other = new GZIPOutputStream(Files.newOutputStream(compressed), 1 << 16)) {
                SplitMix64 random = new SplitMix64(1);
                long ip = 0x0010_8000;
                for (int i = 0; i < COUNT; i++) {
                    ip = random.below(16) == 0 ? 0x0010_8000 + random.below(1 << 16) : ip + 4;
                    byte[] line = line(random, ip).getBytes(StandardCharsets.US_ASCII);
                    one.write(line);
                    other.write(line);
                }
            }
        }

        private static String line(SplitMix64 random, long ip) {
            int what = (int) random.below(10);
            if (what >= 2) {
                return String.format(Locale.ROOT, "I  %08x,%d\n", ip, 1 + random.below(8));
            }
            long base = what == 0 ? 0x1f_ff00_0000L : 0x04a4_0000;
            String mark = random.below(3) == 0 ? " S " : " L ";
            return String.format(
                    Locale.ROOT, "%s%08x,%d\n", mark, base + 8 * random.below(500), 4 + 4 * random.below(2));
        }

        /** Removes it. */
        @TearDown(Level.Trial)
        public void remove() throws IOException {
            Files.delete(plain);
            Files.delete(compressed);
            Files.delete(directory);
        }
    }

    /** A pattern over 64 MB. */
    @State(Scope.Thread)
    public static class Pattern {
        /** Which. */
        @Param({"sequential", "stride", "uniform", "zipf", "hot-set"})
        public String kind;

        private AccessPattern pattern;

        /** Makes it; one access in four is a write. */
        @Setup
        public void make() {
            AddressRange range = new AddressRange(0x4000_0000, 64 << 20);
            AccessMix mix = new AccessMix(4, 0.25);
            pattern = switch (kind) {
                case "sequential" -> AccessPattern.sequential(range, 4, new AccessMix(4, 0), 1);
                case "stride" -> AccessPattern.stride(range, PAGE, mix, 1);
                case "uniform" -> AccessPattern.random(range, new Distribution.Uniform(), mix, 1);
                case "zipf" -> AccessPattern.random(range, new Distribution.Zipf(1), mix, 1);
                default -> AccessPattern.random(range, new Distribution.HotSet(1 << 20, 0.9), mix, 1);
            };
        }
    }

    private static long read(Path file) {
        long sum = 0;
        try (LackeyReader reader = LackeyReader.open(file, false)) {
            while (reader.next()) {
                sum += reader.address() + reader.size() + reader.kind().ordinal();
            }
        }
        return sum;
    }

    /** Reads plain text. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long readPlain(Recorded recorded) {
        return read(recorded.plain);
    }

    /** Reads out of gzip. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long readCompressed(Recorded recorded) {
        return read(recorded.compressed);
    }

    /** Reads plain text and moves addresses into user space. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long readAndRebase(Recorded recorded) {
        long sum = 0;
        try (ReferenceStream stream = ReferenceStream.open(recorded.plain, recorded.plan, true, false)) {
            while (stream.next()) {
                sum += stream.linear() + stream.size() + stream.kind().ordinal();
            }
        }
        return sum;
    }

    /** Takes accesses of a pattern. */
    @Benchmark
    @OperationsPerInvocation(COUNT)
    public long generate(Pattern pattern) {
        long sum = 0;
        for (int i = 0; i < COUNT; i++) {
            sum += pattern.pattern.next() + (pattern.pattern.write() ? 1 : 0);
        }
        return sum;
    }
}

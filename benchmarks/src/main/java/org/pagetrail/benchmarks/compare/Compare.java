package org.pagetrail.benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.pagetrail.traces.profile.MachineProfiles;

/**
 * Compares the machine with a reference in C on one stream: both take turns, pass by pass, and the median of the ratios is printed.
 *
 * <p>Arguments: the stream, the profile, the repetitions, the reference's program, and optionally the counts that it must have
 * ({@code h1 h2 walks}) when it does not print them. What is measured is the processor time of one thread, so that others on the
 * machine disturb less. The first two repetitions do not count.
 */
final class Compare {
    private static final int PASSES = 8;
    private static final int WARM_UP = 2;

    private Compare() {}

    /** What one repetition came to. */
    record Turn(double nanoseconds, long checksum, long[] counts) {}

    /** Runs the comparison; the exit code is 1 when the counts differ. */
    public static void main(String[] arguments) throws IOException {
        Streams stream = Streams.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        int repetitions = Integer.parseInt(arguments[2]);
        long[] known = Arrays.stream(arguments, 4, arguments.length)
                .mapToLong(Long::parseLong)
                .toArray();
        StreamMachine machine = new StreamMachine(MachineProfiles.find(arguments[1]), stream);
        double[] ours = new double[repetitions];
        double[] theirs = new double[repetitions];
        double[] ratios = new double[repetitions];
        Process reference = new ProcessBuilder(
                        Path.of(arguments[3]).toString(), Integer.toString(stream.ordinal()), Integer.toString(PASSES))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Writer ask = new OutputStreamWriter(reference.getOutputStream(), StandardCharsets.UTF_8);
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(reference.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = -WARM_UP; i < repetitions; i++) {
                Turn c = turn(ask, answers, known);
                Turn java = turn(machine);
                if (c.checksum() != java.checksum() || !Arrays.equals(c.counts(), java.counts())) {
                    System.out.printf(
                            Locale.ROOT,
                            "%s: the counts differ: the reference has %s, checksum %d; the machine %s, checksum %d%n",
                            arguments[0],
                            Arrays.toString(c.counts()),
                            c.checksum(),
                            Arrays.toString(java.counts()),
                            java.checksum());
                    System.exit(1);
                }
                if (i >= 0) {
                    double accesses = (double) PASSES * Streams.ACCESSES * 1e3;
                    ours[i] = accesses / java.nanoseconds();
                    theirs[i] = accesses / c.nanoseconds();
                    ratios[i] = ours[i] / theirs[i];
                }
                if (i == repetitions - 1) {
                    print(arguments[0], java.counts(), ours, theirs, ratios);
                }
            }
        } finally {
            reference.destroy();
        }
    }

    private static Turn turn(Writer ask, BufferedReader answers, long[] known) throws IOException {
        ask.write("\n");
        ask.flush();
        String[] words = answers.readLine().split(" ", -1);
        long[] counts = known.length != 0
                ? known
                : Arrays.stream(words, 2, words.length)
                        .mapToLong(Long::parseLong)
                        .toArray();
        return new Turn(Double.parseDouble(words[0]), Long.parseLong(words[1]), counts);
    }

    private static Turn turn(StreamMachine machine) {
        machine.empty();
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long checksum = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            checksum += machine.pass();
        }
        long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        return new Turn(took, checksum, machine.counts());
    }

    private static void print(String stream, long[] counts, double[] ours, double[] theirs, double[] ratios) {
        Arrays.sort(ours);
        Arrays.sort(theirs);
        Arrays.sort(ratios);
        int middle = ratios.length / 2;
        System.out.printf(
                Locale.ROOT,
                "%-5s  hits %,d  second level %,d  walks %,d%n       machine %.1f  C %.1f million accesses/s; ratio %.3f (%.3f to %.3f)%n",
                stream,
                counts[0],
                counts[1],
                counts[2],
                ours[middle],
                theirs[middle],
                ratios[middle],
                ratios[0],
                ratios[ratios.length - 1]);
    }
}

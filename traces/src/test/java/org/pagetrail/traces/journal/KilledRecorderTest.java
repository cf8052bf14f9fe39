package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceException;

/** Recorders killed at random moments, 20 of them; {@code -Dpagetrail.kills=200} for more. */
class KilledRecorderTest {
    private static final long SEED = Long.getLong("pagetrail.kills.seed", 20_261_125);
    private static final int KILLS = Integer.getInteger("pagetrail.kills", 20);
    private static final int LATEST = 500;
    private static final int LONGEST_START = 60_000;
    private static final int REPAIRED_UP_TO = 300_000;

    @TempDir
    Path temporary;

    /** What events come to, so that millions can be compared. */
    private static final class Sum extends FlatEvents {
        private final long most;
        private long events;
        private long sum;

        Sum(long most) {
            this.most = most;
        }

        /** So many events were told. */
        private static final class Enough extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            if (events == most) {
                throw new Enough();
            }
            events++;
            long all = 31 * (31 * sum + id) + tick;
            for (int i = 0; i < count; i++) {
                all = all * 0x9e3779b97f4a7c15L + fields[i];
            }
            sum = all * 31 + Objects.hashCode(text);
        }
    }

    private static List<String> command(Path trace, Path told, long seed, Sync sync, boolean runs) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-")
                        || argument.startsWith("--sun-misc")
                        || argument.startsWith("--enable-native"))
                .forEach(command::add);
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EndlessRecorder.class.getName()));
        command.addAll(
                List.of(trace.toString(), told.toString(), Long.toString(seed), sync.name(), Boolean.toString(runs)));
        return command;
    }

    /**
     * Starts a recorder and kills it; how many events it had told.
     *
     * @param early whether the milliseconds count from its start, and not from its first event
     */
    private long recordAndKill(Path trace, long seed, Sync sync, boolean runs, int after, boolean early)
            throws IOException, InterruptedException {
        Path told = temporary.resolve("told");
        File words = temporary.resolve("words").toFile();
        Process recorder = new ProcessBuilder(command(trace, told, seed, sync, runs))
                .redirectErrorStream(true)
                .redirectOutput(words)
                .start();
        try {
            for (int i = 0; i < LONGEST_START && !early && told(told) == 0 && recorder.isAlive(); i++) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            if (recorder.waitFor(after, TimeUnit.MILLISECONDS)) {
                fail("the recorder ended by itself: " + Files.readString(words.toPath()));
            }
        } finally {
            recorder.destroyForcibly().waitFor();
        }
        long count = told(told);
        Files.deleteIfExists(told);
        return count;
    }

    private static long told(Path file) throws IOException {
        byte[] count = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        return count.length < Long.BYTES
                ? 0
                : ByteBuffer.wrap(count).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static Sum expected(long seed, boolean runs, long events) {
        Sum sum = new Sum(events);
        try {
            EndlessRecorder.tell(seed, runs, sum);
        } catch (Sum.Enough e) {
            return sum;
        }
        throw new AssertionError("the recorder's events do not end");
    }

    @Test
    void whatWasFlushedIsReadableWheneverTheRecorderIsKilled() throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(SEED);
        int recorded = 0;
        for (int round = 0; round < KILLS; round++) {
            int after = random.nextInt(LATEST);
            Sync sync = Sync.values()[round % Sync.values().length];
            long seed = SEED + round;
            boolean runs = round % 2 == 1;
            boolean early = round % 5 == 0;
            String what = "seed " + SEED + ", round " + round + ", killed after " + after + " ms, " + sync
                    + (runs ? ", runs" : "");
            Path trace = temporary.resolve("t" + round);
            long told = recordAndKill(trace, seed, sync, runs, after, early);
            recorded += assertReadable(trace, seed, runs, told, what) > 0 ? 1 : 0;
            delete(trace);
        }
        assertTrue(recorded > KILLS / 2, "only " + recorded + " of " + KILLS + " came to record anything");
    }

    private long assertReadable(Path trace, long seed, boolean runs, long told, String what) throws IOException {
        JournalCheck check;
        try {
            check = JournalSurvey.check(trace);
        } catch (TraceException e) {
            assertEquals(0, told, what + ": " + e.getMessage());
            return 0;
        }
        if (check.header() == null) {
            assertEquals(0, told, what + ": " + check);
            return 0;
        }
        assertEquals(TraceEnding.INCOMPLETE, check.ending(), what + ": " + check);
        long kept = check.provable();
        // What was being told when the recorder died may have ended a block before it was counted.
        int telling = runs ? TlbFills.CAPACITY : 1;
        assertTrue(
                kept >= told - BlockFormat.EVENTS && kept <= told + telling,
                what + ": " + told + " told, " + kept + " kept");
        Sum read = new Sum(Long.MAX_VALUE);
        try (JournalReader reader = JournalReader.open(trace)) {
            reader.readAll(read);
            assertEquals(TraceEnding.INCOMPLETE, reader.ending(), what);
        }
        assertEquals(kept, read.events, what);
        assertEquals(expected(seed, runs, kept).sum, read.sum, what);
        if (kept > 0 && kept < REPAIRED_UP_TO) {
            Path repaired = temporary.resolve("repaired");
            assertEquals(kept, JournalRepair.repair(trace, repaired).events(), what);
            assertEquals(TraceEnding.TRUNCATED, JournalSurvey.check(repaired).ending(), what);
            delete(repaired);
        }
        return kept;
    }
}

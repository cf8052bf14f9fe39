package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;

/** Runs of fills: what they are written as, and how they are told again. */
class FillRunsTest {
    private static final long SEED = 20_261_129;
    private static final int EVENTS = 60_000;

    /** Events of a file that is so long that its pages are prepared. */
    private static final int LONG = 600_000;

    @TempDir
    Path temporary;

    /** Tells fills of strided, random and repeated pages, likely and unlikely, in runs, with other events between them. */
    static void tell(long seed, TraceEvents out) {
        tell(EVENTS, seed, out);
    }

    /** Tells about so many. */
    static void tell(int events, long seed, TraceEvents out) {
        SplittableRandom random = new SplittableRandom(seed);
        TlbFills run = new TlbFills();
        long tick = 0;
        long strided = 0x8000;
        for (int told = 0; told < events; ) {
            int fills =
                    random.nextInt(8) == 0 ? random.nextInt(Math.min(TlbFills.CAPACITY, events)) : random.nextInt(6);
            run.clear();
            for (int i = 0; i < fills; i++) {
                tick += random.nextInt(50) == 0 ? random.nextInt(100_000) : 7 + random.nextInt(20);
                long page =
                        switch (random.nextInt(4)) {
                            case 0 -> 0x8000 + random.nextInt(1 << 14);
                            case 1 -> random.nextInt(64);
                            default -> ++strided & 0xf_ffff;
                        };
                boolean odd = random.nextInt(200) == 0;
                boolean second = random.nextInt(8) == 0;
                long pte = odd ? random.nextLong() : (page * 7 & 0x3fff) << 12 | 0x63;
                run.add(
                        tick,
                        odd && random.nextBoolean() ? random.nextLong() : page,
                        0x500_0063 + (page >>> 10 << 12),
                        pte,
                        TlbFills.shape(
                                odd ? random.nextInt(16) : 3,
                                odd ? random.nextInt(1 << 16) : (int) page & 15,
                                random.nextInt(odd ? 1 << 16 : 4),
                                random.nextInt(odd ? 1 << 16 : 12) - 1,
                                11,
                                1,
                                0,
                                second ? 2 : 0,
                                second ? 0 : 2));
            }
            out.tlbFilled(run);
            told += fills;
            if (random.nextInt(3) == 0) {
                tick += random.nextInt(3);
                out.frameCleared(tick, random.nextInt(1 << 14));
                told++;
            }
            if (random.nextInt(40) == 0) {
                out.phaseEnded(tick, 1);
                told++;
            }
            if (random.nextInt(20) == 0) {
                // Whose number of references fits no run.
                out.tlbFilled(tick, 3, 1, 1, 1, strided, 0x500_0063, 0x63, 11, 1, 0, 0, 1000);
                told++;
            }
        }
    }

    /** Hands every event on by itself. */
    private static final class OneByOne extends FlatEvents {
        private final TraceEvents out;

        OneByOne(TraceEvents out) {
            this.out = out;
        }

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            EventDispatch.dispatch(id, tick, fields, text, out);
        }
    }

    private Path write(String name, boolean runs) {
        return write(name, EVENTS, runs, Threads.ONE);
    }

    private Path write(String name, int events, boolean runs, Threads threads) {
        Path directory = temporary.resolve(name);
        try (JournalWriter writer = JournalWriter.create(directory, JournalTest.header(), false, Sync.NONE, threads)) {
            tell(events, SEED, runs ? writer : new OneByOne(writer));
            writer.finish();
        }
        return directory;
    }

    @Test
    void aRunIsWrittenAsTheSameBytesAsItsFillsOneByOne() throws IOException {
        byte[] runs = Files.readAllBytes(QueueStore.dataFile(write("runs", true)));
        byte[] single = Files.readAllBytes(QueueStore.dataFile(write("single", false)));
        assertArrayEquals(single, runs, () -> "seed " + SEED);
        BlockDigest digest = new BlockDigest(JournalTest.header());
        tell(SEED, digest);
        try (JournalReader reader = JournalReader.open(temporary.resolve("runs"))) {
            assertEquals(reader.closing().digest(), digest.digest());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {EVENTS, LONG})
    void theFileIsTheSameWhicheverThreadEncodes(int events) throws IOException {
        Path one = QueueStore.dataFile(write("ONE", events, false, Threads.ONE));
        for (Threads threads : Threads.values()) {
            Path other = QueueStore.dataFile(write(threads + " in runs", events, true, threads));
            assertEquals(-1, Files.mismatch(one, other), () -> threads + ", seed " + SEED);
        }
    }

    @Test
    void allFillsComeBackInRunsAndOneByOne() {
        Path trace = write("t", true);
        JournalTest.Lines expected = new JournalTest.Lines();
        tell(SEED, expected);
        JournalTest.Lines all = new JournalTest.Lines();
        JournalTest.Lines each = new JournalTest.Lines();
        try (JournalReader reader = JournalReader.open(trace)) {
            reader.readAll(all);
        }
        try (JournalReader reader = JournalReader.open(trace)) {
            while (reader.next(each)) {}
        }
        assertEquals(expected.lines, all.lines, () -> "seed " + SEED);
        assertEquals(expected.lines, each.lines, () -> "seed " + SEED);
    }

    @Test
    void whoeverIsToldOneByOneFindsTheOrdinalOfEachEvent() {
        List<Long> ordinals = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(write("t", true))) {
            reader.readAll(new FlatEvents() {
                @Override
                protected void event(int id, long tick, long[] fields, int count, String text) {
                    ordinals.add(reader.ordinal());
                }
            });
            assertEquals(ordinals.size() - 1, reader.ordinal());
        }
        for (int i = 0; i < ordinals.size(); i++) {
            assertEquals(i, ordinals.get(i));
        }
    }

    @Test
    void mostFillsAreToldInLongRuns() {
        long[] runs = new long[2];
        try (JournalReader reader = JournalReader.open(write("t", true))) {
            reader.readAll(new FlatEvents() {
                @Override
                public void tlbFilled(TlbFills fills) {
                    runs[0]++;
                    runs[1] += fills.count();
                    long ordinal = reader.ordinal();
                    assertTrue(fills.count() > 0 && ordinal < EVENTS * 2L, "run at " + ordinal);
                }

                @Override
                protected void event(int id, long tick, long[] fields, int count, String text) {
                    runs[0] += id == EventId.TLB_FILLED ? 1 : 0;
                    runs[1] += id == EventId.TLB_FILLED ? 1 : 0;
                }
            });
        }
        assertTrue(runs[1] > 5 * runs[0], runs[1] + " fills in " + runs[0] + " runs");
    }
}

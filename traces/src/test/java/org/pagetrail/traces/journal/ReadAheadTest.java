package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceEvents;

/** A journal that a second thread reads and decodes says the same as one that is read by one. */
class ReadAheadTest {
    private static final long SEED = 20_261_128;
    private static final int EVENTS = 60_000;

    @TempDir
    Path temporary;

    private Path trace;

    @BeforeEach
    void record() {
        trace = temporary.resolve("t");
        try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false)) {
            tell(writer);
            writer.finish();
        }
    }

    private static void tell(TraceEvents out) {
        FillRunsTest.tell(EVENTS, SEED, out);
        out.symbolDefined(Long.MAX_VALUE, 1, "a text");
    }

    private static JournalReader ahead(Path trace) {
        return JournalReader.open(trace, Migration.STEPS, 0);
    }

    private static boolean isReading() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals(ReadAhead.class.getName()));
    }

    @Test
    void theSameEventsWithTheSameOrdinalsAreToldAndTheEndIsChecked() {
        JournalTest.Lines expected = new JournalTest.Lines();
        tell(expected);
        List<Long> ordinals = new ArrayList<>();
        JournalTest.Lines told = new JournalTest.Lines();
        try (JournalReader reader = ahead(trace)) {
            reader.readAll(new FlatEvents() {
                @Override
                protected void event(int id, long tick, long[] fields, int count, String text) {
                    ordinals.add(reader.ordinal());
                    EventDispatch.dispatch(id, tick, fields, text, told);
                }
            });
            assertEquals(TraceEnding.COMPLETE, reader.ending());
            assertFalse(reader.next(told));
        }
        assertEquals(expected.lines, told.lines, () -> "seed " + SEED);
        for (int i = 0; i < ordinals.size(); i++) {
            assertEquals(i, ordinals.get(i));
        }
        assertFalse(isReading());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4096, 4097, 30_000})
    void readingGoesOnFromWhereItWas(int first) {
        JournalTest.Lines expected = new JournalTest.Lines();
        tell(expected);
        JournalTest.Lines told = new JournalTest.Lines();
        try (JournalReader reader = ahead(trace)) {
            for (int i = 0; i < first; i++) {
                assertTrue(reader.next(told));
            }
            reader.readAll(told);
        }
        assertEquals(expected.lines, told.lines, () -> "seed " + SEED);
    }

    @Test
    void whoIsToldMayThrowAndTheReaderThenSaysThatItIsOfNoUseAnyMore() {
        IllegalStateException enough = new IllegalStateException("enough");
        JournalTest.Lines told = new JournalTest.Lines();
        try (JournalReader reader = ahead(trace)) {
            assertSame(
                    enough,
                    assertThrows(
                            IllegalStateException.class,
                            () -> reader.readAll(new FlatEvents() {
                                @Override
                                protected void event(int id, long tick, long[] fields, int count, String text) {
                                    if (reader.ordinal() == 20_000) {
                                        throw enough;
                                    }
                                }
                            })));
            assertFalse(isReading());
            assertTrue(assertThrows(IllegalStateException.class, () -> reader.next(told))
                    .getMessage()
                    .contains("broken off"));
        }
        assertEquals(List.of(), told.lines);
    }

    @Test
    void whatIsWrittenMeanwhileIsReadLater() {
        Path open = temporary.resolve("open");
        JournalTest.Lines told = new JournalTest.Lines();
        JournalTest.Lines expected = new JournalTest.Lines();
        FillRunsTest.tell(EVENTS, SEED, expected);
        try (JournalWriter writer = JournalWriter.create(open, JournalTest.header(), false);
                JournalReader reader = ahead(open)) {
            reader.readAll(told);
            assertEquals(List.of(), told.lines);
            FillRunsTest.tell(EVENTS, SEED, writer);
            writer.flush();
            reader.readAll(told);
            assertEquals(TraceEnding.OPEN, reader.ending());
            assertEquals(expected.lines, told.lines, () -> "seed " + SEED);
            writer.phaseBegan(Long.MAX_VALUE, 1);
            expected.phaseBegan(Long.MAX_VALUE, 1);
            writer.finish();
            reader.readAll(told);
            assertEquals(TraceEnding.COMPLETE, reader.ending());
        }
        assertEquals(expected.lines, told.lines, () -> "seed " + SEED);
    }

    @Test
    void theClosingRecordCanBeAskedForWhileItIsRead() {
        long[] events = new long[1];
        try (JournalReader reader = ahead(trace)) {
            reader.readAll(new FlatEvents() {
                @Override
                protected void event(int id, long tick, long[] fields, int count, String text) {
                    events[0] = reader.closing().events();
                }
            });
            assertEquals(reader.ordinal() + 1, events[0]);
        }
    }
}

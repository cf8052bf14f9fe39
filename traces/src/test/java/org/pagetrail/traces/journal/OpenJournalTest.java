package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;

/** Journals while they are written, and how they are brought to the disk. */
class OpenJournalTest {
    private static final long SEED = 20_261_124;

    @TempDir
    Path temporary;

    @Test
    void aReaderGoesOnWhereTheWriterDoes() {
        Path trace = temporary.resolve("t");
        JournalTest.Lines told = new JournalTest.Lines();
        JournalTest.Lines read = new JournalTest.Lines();
        try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false);
                JournalReader reader = JournalReader.open(trace)) {
            assertFalse(reader.next(read));
            for (int part = 0; part < 5; part++) {
                int symbol = part;
                writer.symbolDefined(part, symbol, "phase " + part);
                told.symbolDefined(part, symbol, "phase " + part);
                writer.phaseBegan(part, symbol);
                told.phaseBegan(part, symbol);
                assertFalse(reader.next(read), "a block that is not full is not to be seen");
                writer.phaseEnded(part, symbol);
                told.phaseEnded(part, symbol);
                reader.readAll(read);
                assertEquals(told.lines, read.lines);
                assertEquals(TraceEnding.OPEN, reader.ending());
            }
            writer.finish();
            assertFalse(reader.next(read));
            assertEquals(TraceEnding.COMPLETE, reader.ending());
            assertEquals(15, reader.closing().events());
        }
    }

    @Test
    void whoStoppedReadingBeforeTheEndIsNotToldThatItWasTheWhole() {
        Path trace = temporary.resolve("t");
        JournalTest.Lines read = new JournalTest.Lines();
        try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false);
                JournalReader reader = JournalReader.open(trace)) {
            JournalTest.random(100, SEED, writer);
            writer.flush();
            reader.readAll(read);
            writer.machineStopped(Long.MAX_VALUE, 0);
            writer.finish();
            assertEquals(TraceEnding.INCOMPLETE, reader.ending());
            assertNull(reader.closing());
            reader.readAll(read);
            assertEquals(TraceEnding.COMPLETE, reader.ending());
            assertEquals(101, read.lines.size());
        }
    }

    @Test
    void aJournalIsOpenWhileItIsRecordedAndIncompleteWhenThatBreaksOff() {
        Path trace = temporary.resolve("t");
        try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false)) {
            JournalTest.random(5_000, SEED, writer);
            writer.flush();
            JournalCheck check = JournalSurvey.check(trace);
            assertEquals(TraceEnding.OPEN, check.ending(), check.toString());
            assertEquals(5_000, check.provable());
            TraceException refused =
                    assertThrows(TraceException.class, () -> JournalRepair.repair(trace, temporary.resolve("copy")));
            assertTrue(refused.getMessage().contains("is being recorded"), refused.getMessage());
            assertTrue(JournalFiles.isWritten(trace), "asking left the lock alone");
        }
        assertEquals(TraceEnding.INCOMPLETE, JournalSurvey.check(trace).ending());
        assertTrue(JournalRepair.repair(trace, temporary.resolve("copy")).truncated());
        try (JournalReader reader = JournalReader.open(temporary.resolve("copy"))) {
            assertEquals(TraceEnding.TRUNCATED, reader.ending());
            assertFalse(reader.complete());
        }
    }

    @ParameterizedTest
    @EnumSource(Sync.class)
    void howOftenItIsForcedToTheDiskChangesNoByte(Sync sync) throws IOException {
        Path plain = temporary.resolve("plain");
        Path forced = temporary.resolve("forced");
        try (JournalWriter one = JournalWriter.create(plain, JournalTest.header(), false);
                JournalWriter two = JournalWriter.create(forced, JournalTest.header(), false, sync)) {
            JournalTest.random(20_000, SEED, one);
            JournalTest.random(20_000, SEED, two);
            one.finish();
            two.finish();
        }
        for (String name : plain.toFile().list()) {
            assertArrayEquals(Files.readAllBytes(plain.resolve(name)), Files.readAllBytes(forced.resolve(name)), name);
        }
    }

    @Test
    void aBlockOfLongTextsIsFullBeforeItHasAllItsEvents() {
        Path trace = temporary.resolve("t");
        String text = "x".repeat(BlockFormat.LONGEST_TEXT - 4);
        try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false)) {
            for (int i = 0; i < 500; i++) {
                writer.symbolDefined(i, i, text + i);
            }
            writer.finish();
        }
        JournalCheck check = JournalSurvey.check(trace);
        assertTrue(check.whole(), check.toString());
        assertEquals(500, JournalTest.read(trace).size());
        assertTrue(check.blocks() > 50, "blocks: " + check.blocks());
    }

    @Test
    void eventsThatDoNotCompressFitAsWell() {
        Path trace = temporary.resolve("t");
        SplittableRandom random = new SplittableRandom(SEED);
        try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false)) {
            for (int i = 0; i < 20_000; i++) {
                writer.pageMapped(
                        i * 1_000_000L,
                        random.nextLong(),
                        random.nextInt(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextInt(),
                        random.nextLong(),
                        random.nextInt());
            }
            writer.finish();
        }
        assertTrue(JournalSurvey.check(trace).whole());
    }

    @ParameterizedTest
    @ValueSource(ints = {50_000, 60_000, 65_000, 70_000, 200_000, 3_000_000})
    void aLongHeaderFits(int length) {
        Path trace = temporary.resolve("t");
        TraceHeader plain = JournalTest.header();
        TraceHeader header = new TraceHeader(
                plain.format(),
                plain.vocabulary(),
                plain.tool(),
                plain.mode(),
                plain.scenario(),
                plain.seed(),
                plain.ram(),
                plain.plan(),
                plain.planDigest(),
                plain.profile(),
                plain.kernel(),
                plain.modules(),
                JsonNodeFactory.instance.objectNode().put("commandLine", "x".repeat(length)));
        try (JournalWriter writer = JournalWriter.create(trace, header, false)) {
            JournalTest.random(5_000, SEED, writer);
            writer.finish();
        }
        assertTrue(JournalSurvey.check(trace).whole());
        assertEquals(header, JournalSurvey.check(trace).header());
    }
}

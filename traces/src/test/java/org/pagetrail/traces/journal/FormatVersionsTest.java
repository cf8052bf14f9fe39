package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;

/**
 * A journal of every version of the format is kept, and read as what it was.
 *
 * <p>{@code format-N.cq4.gz} is its data file, {@code format-N.txt.gz} its events as this release reads them. {@code -Dgolden.update} writes
 * those of the version that this release writes, if they are not there: what a version once wrote is never written anew.
 */
class FormatVersionsTest {
    private static final Path KEPT =
            Path.of("src", "test", "resources", "org", "pagetrail", "traces", "journal", "format");
    private static final int EVENTS = 1500;
    private static final long SEED = 1;

    @TempDir
    Path temporary;

    static IntStream versions() {
        return IntStream.rangeClosed(1, TraceHeader.FORMAT);
    }

    private static Path kept(int version, String suffix) {
        return KEPT.resolve("format-" + version + suffix);
    }

    private static byte[] unpacked(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return in.readAllBytes();
        }
    }

    private static void pack(byte[] bytes, Path file) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        Files.createDirectories(KEPT);
        Files.write(file, packed.toByteArray());
    }

    private static byte[] text(List<String> lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void keepThisVersion() throws IOException {
        Path data = kept(TraceHeader.FORMAT, ".cq4.gz");
        if (Files.exists(data)) {
            return;
        }
        Path trace = temporary.resolve("kept");
        try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false)) {
            FillRunsTest.tell(EVENTS, SEED, writer);
            JournalTest.random(EVENTS, SEED, new Later(writer));
            writer.finish();
        }
        pack(Files.readAllBytes(QueueStore.dataFile(trace)), data);
        pack(text(JournalTest.read(trace)), kept(TraceHeader.FORMAT, ".txt.gz"));
    }

    /** Tells events with ticks after all others. */
    private static final class Later extends FlatEvents {
        private static final long LATER = 1L << 40;
        private final TraceEvents out;

        Later(TraceEvents out) {
            this.out = out;
        }

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            EventDispatch.dispatch(id, LATER + tick, fields, text, out);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aJournalOfEveryVersionIsReadAsWhatItWas(int version) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            keepThisVersion();
        }
        Path trace = Files.createDirectory(temporary.resolve("t"));
        Files.write(trace.resolve("19700101F.cq4"), unpacked(kept(version, ".cq4.gz")));
        JournalCheck check = JournalSurvey.check(trace);
        assertEquals(TraceEnding.COMPLETE, check.ending(), check.toString());
        assertEquals(
                new String(unpacked(kept(version, ".txt.gz")), StandardCharsets.UTF_8),
                new String(text(JournalTest.read(trace)), StandardCharsets.UTF_8));
    }

    @Test
    void everyVersionHasAStepToTheNext() {
        assertEquals(
                IntStream.range(1, TraceHeader.FORMAT).boxed().toList(),
                Migration.STEPS.stream().map(FormatStep::from).toList());
    }

    /** A step from a version that there never was: the seed was half of what it is, and ticks were counted in pairs. */
    private static final class HalfToWhole implements FormatStep {
        @Override
        public int from() {
            return 0;
        }

        @Override
        public ObjectNode header(ObjectNode header) {
            return header.put("seed", 2 * header.path("halfSeed").asLong());
        }

        @Override
        public TraceEvents events(TraceEvents next) {
            return new FlatEvents() {
                @Override
                protected void event(int id, long tick, long[] fields, int count, String text) {
                    EventDispatch.dispatch(id, 2 * tick, fields, text, next);
                }
            };
        }
    }

    private static List<FormatStep> steps() {
        List<FormatStep> steps = new ArrayList<>(Migration.STEPS);
        steps.add(new HalfToWhole());
        return steps;
    }

    private Path ofVersion(int format) {
        Path trace = temporary.resolve("t");
        TraceHeader now = JournalTest.header();
        ObjectNode header = now.toJson();
        header.remove("seed");
        header.put("format", format).put("halfSeed", 21);
        try (JournalWriter writer = JournalWriter.copy(trace, JournalWriter.document(BlockFormat.HEADER, header))) {
            writer.symbolDefined(1, 0, "B1");
            writer.phaseBegan(2, 0);
            writer.phaseEnded(3, 0);
            writer.finish();
        }
        return trace;
    }

    @Test
    void aStepLeadsFromAnOlderVersionToTheNext() {
        JournalTest.Lines lines = new JournalTest.Lines();
        try (JournalReader reader = JournalReader.open(ofVersion(0), steps(), Long.MAX_VALUE)) {
            assertEquals(42, reader.header().seed());
            assertEquals(TraceHeader.FORMAT, reader.header().format());
            assertEquals(0, reader.writtenFormat());
            reader.readAll(lines);
            assertEquals(TraceEnding.COMPLETE, reader.ending());
            assertEquals(2, reader.ordinal());
        }
        assertEquals(
                List.of(EventId.SYMBOL_DEFINED + "@2 0 B1", EventId.PHASE_BEGAN + "@4 0", EventId.PHASE_ENDED + "@6 0"),
                lines.lines);
    }

    @Test
    void aVersionThatNoStepLeadsFromIsRefused() {
        Path trace = ofVersion(0);
        TraceException older = assertThrows(TraceException.class, () -> JournalReader.open(trace));
        assertTrue(older.getMessage().contains("format 0 is not known"), older.getMessage());
        assertThrows(TraceException.class, () -> JournalSurvey.check(trace));
    }

    @Test
    void aNewerVersionIsRefusedAndNotGuessedAt() {
        TraceException newer =
                assertThrows(TraceException.class, () -> JournalReader.open(ofVersion(TraceHeader.FORMAT + 1)));
        assertTrue(newer.getMessage().contains("use a newer one"), newer.getMessage());
    }
}

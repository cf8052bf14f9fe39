package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.traces.event.BlockGeometry;
import org.pagetrail.traces.event.TraceHeader;

class BlockDigestTest {
    private static final long SEED = 11;
    private static final int EVENTS = 9_000;

    @TempDir
    Path temporary;

    private static TraceHeader header(BlockGeometry geometry) {
        return header(TraceHeader.FORMAT, geometry);
    }

    static TraceHeader header(int format, BlockGeometry geometry) {
        TraceHeader h = JournalTest.header();
        return new TraceHeader(
                format,
                h.vocabulary(),
                h.tool(),
                h.mode(),
                h.scenario(),
                h.seed(),
                h.ram(),
                h.plan(),
                h.planDigest(),
                h.profile(),
                h.kernel(),
                h.modules(),
                h.options(),
                geometry);
    }

    @Test
    void theDigestIsTheJournalsWhateverItsGeometry() {
        BlockGeometry[] geometries = {
            BlockGeometry.STANDARD,
            new BlockGeometry(1, 1),
            new BlockGeometry(100, 49_152),
            new BlockGeometry(4096, 900)
        };
        Set<String> digests = new HashSet<>();
        for (BlockGeometry geometry : geometries) {
            Path directory = temporary.resolve(geometry.events() + "-" + geometry.bytes());
            try (JournalWriter writer = JournalWriter.create(directory, header(geometry), false)) {
                JournalTest.random(EVENTS, SEED, writer);
                writer.finish();
            }
            BlockDigest digest = new BlockDigest(header(geometry));
            JournalTest.random(EVENTS, SEED, digest);
            try (JournalReader reader = JournalReader.open(directory)) {
                JournalTest.Lines lines = new JournalTest.Lines();
                reader.readAll(lines);
                assertEquals(EVENTS, lines.lines.size());
                assertEquals(geometry, reader.header().blocks());
                String computed = digest.digest();
                assertEquals(reader.closing().digest(), computed);
                digests.add(computed);
            }
        }
        assertEquals(geometries.length, digests.size());
    }

    @Test
    void aHeaderOfAnOlderFormatMeansItsBlocks() {
        Set<String> digests = new HashSet<>();
        for (int format = 1; format <= TraceHeader.FORMAT; format++) {
            TraceHeader header = header(format, BlockGeometry.STANDARD);
            Path directory = temporary.resolve("format-" + format);
            try (JournalWriter writer = JournalWriter.create(directory, header, false)) {
                FillRunsTest.tell(SEED, writer);
                writer.finish();
            }
            BlockDigest digest = new BlockDigest(header);
            FillRunsTest.tell(SEED, digest);
            String computed = digest.digest();
            try (JournalReader reader = JournalReader.open(directory)) {
                JournalTest.Lines lines = new JournalTest.Lines();
                reader.readAll(lines);
                JournalTest.Lines told = new JournalTest.Lines();
                FillRunsTest.tell(SEED, told);
                assertEquals(told.lines, lines.lines);
                assertEquals(format, reader.writtenFormat());
                assertEquals(TraceHeader.FORMAT, reader.header().format());
                assertEquals(computed, reader.closing().digest());
            }
            digests.add(computed);
        }
        assertEquals(TraceHeader.FORMAT, digests.size());
    }

    @Test
    void oneEventMoreIsAnotherDigest() {
        BlockDigest digest = new BlockDigest(JournalTest.header());
        BlockDigest longer = new BlockDigest(JournalTest.header());
        JournalTest.random(100, SEED, digest);
        JournalTest.random(101, SEED, longer);
        assertNotEquals(digest.digest(), longer.digest());
    }

    @Test
    void blocksThatNoReaderTakesAreRefused() {
        for (int[] wrong : new int[][] {{0, 100}, {4097, 100}, {1, 0}, {1, 49_153}, {-1, -1}}) {
            assertThrows(IllegalArgumentException.class, () -> new BlockGeometry(wrong[0], wrong[1]));
        }
    }

    @Test
    void aJournalThatIsGivenUpIsGone() {
        Path directory = temporary.resolve("t");
        JournalWriter writer = JournalWriter.create(directory, JournalTest.header(), false);
        JournalTest.random(5_000, SEED, writer);
        writer.discard();
        assertFalse(Files.exists(directory));
        writer.close();
        writer.discard();
    }

    @Test
    void aStreamThatFailsIsSaid() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no space");
            }
        };
        assertEquals(
                "no space",
                assertThrows(UncheckedIOException.class, () -> new RawJournalWriter(full, JournalTest.header()))
                        .getCause()
                        .getMessage());
    }
}

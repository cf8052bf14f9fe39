package org.pagetrail.traces.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueReadsJournalTest {
    @TempDir
    Path temporary;

    @Test
    void theQueuesOwnReaderFindsTheDocumentsThatTheJournalsReaderFinds() throws IOException {
        Path trace = temporary.resolve("t");
        try (JournalWriter writer = JournalWriter.create(trace, JournalTest.header(), false)) {
            JournalTest.random(30_000, 5, writer);
            writer.finish();
        }
        int documents = 0;
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(trace)
                        .rollCycle(RollCycles.FAST_DAILY)
                        .readOnly(true)
                        .timeProvider(() -> 0L)
                        .build();
                ExcerptTailer tailer = queue.createTailer();
                QueueFile file = new QueueFile(QueueStore.dataFile(trace))) {
            for (int length = file.next(); length != QueueFile.END; length = file.next()) {
                try (DocumentContext document = tailer.readingDocument()) {
                    Bytes<?> bytes = document.wire().bytes();
                    byte[] read = new byte[(int) bytes.readRemaining()];
                    bytes.read(read);
                    assertArrayEquals(read, Arrays.copyOf(file.document(), length), "document " + documents);
                }
                documents++;
            }
            try (DocumentContext document = tailer.readingDocument()) {
                assertFalse(document.isPresent());
            }
        }
        assertTrue(documents > 10, "documents: " + documents);
    }
}

package org.pagetrail.benchmarks.compare;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.TlbFills;

/** The journal as one would write it first: every event a document of the queue, its fields one after the other. */
final class DocumentAnEvent extends Unheard implements AutoCloseable {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final byte[] event = new byte[1 + TlbFills.WORDS * Long.BYTES];

    DocumentAnEvent(Path directory) {
        queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(RollCycles.FAST_DAILY)
                .timeProvider(() -> 0L)
                .build();
        appender = queue.createAppender();
    }

    @Override
    public void tlbFilled(TlbFills fills) {
        long[] words = fills.words();
        for (int at = 0; at < fills.count() * TlbFills.WORDS; at += TlbFills.WORDS) {
            event[0] = EventId.TLB_FILLED;
            for (int i = 0; i < TlbFills.WORDS; i++) {
                LONG.set(event, 1 + i * Long.BYTES, words[at + i]);
            }
            try (DocumentContext document = appender.writingDocument()) {
                document.wire().bytes().write(event);
            }
        }
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
    }
}

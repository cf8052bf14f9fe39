package org.pagetrail.traces.journal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceHeader;

/**
 * The documents of a journal as a stream of bytes, without the queue around them.
 *
 * <pre>
 *   | length, 4 bytes | document | 0 to 3 zeros up to a multiple of 4 | length | document | ...
 * </pre>
 *
 * <p>They are framed as in the queue's data file, so that whoever reads the one reads the other. Failures of the stream come as
 * {@link UncheckedIOException}.
 */
public final class RawJournalWriter extends FlatEvents {
    private static final int WORD = Integer.BYTES;
    private static final byte[] ZEROS = new byte[WORD];

    private final OutputStream out;
    private final BlockDigest blocks;
    private final EventCounts counts = new EventCounts();
    private final byte[] word = new byte[WORD];

    /**
     * Begins with the header.
     *
     * @param out where to; it is neither flushed nor closed
     */
    public RawJournalWriter(OutputStream out, TraceHeader header) {
        this.out = out;
        blocks = new BlockDigest(header, this::write);
        byte[] document = JournalWriter.document(BlockFormat.HEADER, header.toJson());
        write(document, document.length);
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        counts.count(id, tick);
        blocks.event(id, tick, fields, count, text);
    }

    @Override
    public void tlbFilled(TlbFills fills) {
        counts.tlbFilled(fills);
        blocks.tlbFilled(fills);
    }

    /** Writes what is left of the events, and no closing record: they are all that there are of an incomplete trace. */
    public void finishIncomplete() {
        blocks.digest();
    }

    /**
     * Writes what is left of the events and the closing record.
     *
     * @param truncated whether the recording may have had more events than these
     * @return the digest
     */
    public String finish(boolean truncated) {
        String digest = blocks.digest();
        byte[] document = JournalWriter.document(
                BlockFormat.CLOSING,
                ClosingRecord.toJson(
                        new TraceClosing(counts.total(), counts.lastTick(), digest, counts.byId(), truncated)));
        write(document, document.length);
        return digest;
    }

    private void write(byte[] document, int length) {
        for (int i = 0; i < WORD; i++) {
            word[i] = (byte) (length >>> Byte.SIZE * i);
        }
        try {
            out.write(word);
            out.write(document, 0, length);
            out.write(ZEROS, 0, -length & WORD - 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

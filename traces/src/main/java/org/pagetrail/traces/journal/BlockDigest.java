package org.pagetrail.traces.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.pagetrail.traces.event.EventsDigest;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceHeader;

/**
 * The digest that a journal of the same events would have, computed from its blocks without writing them.
 *
 * <p>By it a portable trace, which has no blocks, is known to hold the events of the journal that it was made from.
 */
public final class BlockDigest extends FlatEvents implements EventsDigest {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final BlockEncoder block;
    private final Sink sink;
    private final MessageDigest digest = Digests.sha256();
    private final byte[] checksum = new byte[Integer.BYTES];

    /** Takes sealed blocks, whose bytes are valid only during the call. */
    interface Sink {
        void take(byte[] block, int length);
    }

    /** Of blocks as the journal with this header has them. */
    public BlockDigest(TraceHeader header) {
        this(header, (bytes, length) -> {});
    }

    BlockDigest(TraceHeader header, Sink sink) {
        block = new BlockEncoder(header);
        this.sink = sink;
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        block.add(id, tick, fields, count, text);
        if (block.ends(id)) {
            end();
        }
    }

    @Override
    public void tlbFilled(TlbFills fills) {
        int told = 0;
        while (told < fills.count()) {
            told = block.addFills(fills.words(), told, fills.count());
            if (block.full()) {
                end();
            }
        }
    }

    private void end() {
        if (block.count() > 0) {
            block.seal();
            sink.take(block.bytes(), block.length());
            INT.set(checksum, 0, block.checksum());
            digest.update(checksum);
            block.next();
        }
    }

    /** Ends the last block; the digest is then of all events, and the object is to be left alone. */
    @Override
    public String digest() {
        end();
        return HexFormat.of().formatHex(digest.digest());
    }
}

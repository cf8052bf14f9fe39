package org.pagetrail.traces.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.pagetrail.traces.event.BlockGeometry;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceOutputException;
import org.pagetrail.traces.event.TraceOutputException.Reason;

/**
 * A journal being written: events go to blocks, blocks to the queue.
 *
 * <p>A block ends as the header's {@link BlockGeometry} says. A journal that was closed without {@link #finish} has no closing
 * record, and so is known to be incomplete. No method is safe for use by several threads.
 *
 * <p>Long runs of fills are encoded and written by a second thread, or encoded by two, where there is a processor for it; what that comes to is thrown by a later
 * call. Whichever thread does it, when a call returns no more than a block's events are not yet the operating system's.
 */
public final class JournalWriter extends FlatEvents implements Closeable {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** A shorter run is encoded sooner than it is handed over. */
    private static final int SHORTEST_HANDED = 64;

    /** After so many fills is looked at what the teller does. */
    private static final int LOOK = 16_384;

    /** Who spends less than this part of the time that telling takes elsewhere does hardly more than to tell. */
    private static final int ELSEWHERE_PART = 4;

    private final JournalFiles files;
    private final QueueStore store;
    private final SharedBlock block;
    private final EventCounts counts = new EventCounts();
    private final MessageDigest digest = Digests.sha256();
    private final byte[] checksum = new byte[Integer.BYTES];
    private final Sync sync;
    private final Threads threads;
    private final int mostPending;

    /** How many events are in blocks that the operating system has. */
    private volatile long written;

    private final BooleanSupplier fewPending = this::fewPending;

    /** How many nanoseconds the teller was telling fills, and was elsewhere, since when of so many fills was looked at. */
    private long telling;

    private long elsewhere;
    private long lookedAt = System.nanoTime();
    private int looked;

    /** Whether it does hardly more than to tell. */
    private boolean onlyTells;

    private boolean open = true;
    private boolean failed;

    private JournalWriter(
            JournalFiles files, QueueStore store, int format, BlockGeometry geometry, Sync sync, Threads threads) {
        this.threads = threads;
        mostPending = geometry.events();
        this.files = files;
        this.store = store;
        this.sync = sync;
        block = new SharedBlock(format, geometry, this::endBlock, store::prepare);
    }

    /**
     * Begins a journal.
     *
     * @param directory which is made; its parent must be there
     * @param header what the trace says of itself
     * @param replace whether a journal that is there may be replaced, once this one is finished
     * @throws TraceOutputException when something is there that may not be replaced, or it cannot be written
     */
    public static JournalWriter create(Path directory, TraceHeader header, boolean replace) {
        return create(directory, header, replace, Sync.NONE);
    }

    /**
     * Begins a journal.
     *
     * @param directory which is made; its parent must be there
     * @param header what the trace says of itself
     * @param replace whether a journal that is there may be replaced, once this one is finished
     * @param sync how often it is forced to the disk
     * @throws TraceOutputException when something is there that may not be replaced, or it cannot be written
     */
    public static JournalWriter create(Path directory, TraceHeader header, boolean replace, Sync sync) {
        return create(directory, header, replace, sync, Threads.available());
    }

    /** The same, by so many threads. */
    static JournalWriter create(Path directory, TraceHeader header, boolean replace, Sync sync, Threads threads) {
        byte[] document = document(BlockFormat.HEADER, header.toJson());
        return begin(directory, document, header.format(), header.geometry(), replace, sync, threads);
    }

    /** Begins the copy of a journal, with the document that is its header as it is; blocks come by {@link #copy(byte[])}. */
    static JournalWriter copy(Path directory, byte[] header) {
        int format = JournalReader.json(header, header.length).path("format").asInt();
        return begin(directory, header, format, BlockGeometry.STANDARD, false, Sync.PHASE, Threads.ONE);
    }

    private static JournalWriter begin(
            Path directory,
            byte[] header,
            int format,
            BlockGeometry geometry,
            boolean replace,
            Sync sync,
            Threads threads) {
        JournalFiles files = JournalFiles.create(directory, replace);
        QueueStore store = null;
        try {
            store = QueueStore.create(files.directory(), header.length);
            JournalWriter writer = new JournalWriter(files, store, format, geometry, sync, threads);
            writer.write(header, header.length);
            writer.force();
            return writer;
        } catch (IOException | RuntimeException | InternalError e) {
            closeQuietly(store);
            files.discard();
            throw JournalFiles.failed(files.directory(), e);
        }
    }

    /** Appends a whole block of another journal as it is. */
    void copy(byte[] document) throws BlockDecoder.Damaged {
        BlockDecoder decoder = new BlockDecoder(block.encoder().format());
        decoder.take(document, document.length);
        decoder.count(counts);
        write(document, document.length);
        INT.set(checksum, 0, BlockDecoder.checksum(document));
        digest.update(checksum);
        written = counts.total();
    }

    /** How many events were written. */
    public long events() {
        return counts.total();
    }

    /** Where it is written: beside the directory that it was asked for while that holds the old journal. */
    public Path directory() {
        return files.directory();
    }

    @Override
    public int longestRun() {
        return SharedBlock.LONGEST_HANDED;
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        block.settle();
        block.encoder().add(id, tick, fields, count, text);
        counts.count(id, tick);
        if (block.encoder().ends(id)) {
            endBlock();
            if (sync == Sync.PHASE && id == EventId.PHASE_ENDED) {
                force();
            }
        }
    }

    @Override
    public void tlbFilled(TlbFills fills) {
        if (threads == Threads.ONE || !open || fills.count() < SHORTEST_HANDED) {
            block.settle();
            block.encode(fills);
            counts.tlbFilled(fills);
            return;
        }
        long begins = System.nanoTime();
        if ((threads == Threads.HALVES || threads == Threads.TWO && onlyTells) && block.hasHalves()) {
            block.halve(fills);
        } else {
            block.hand(fills);
        }
        counts.tlbFilled(fills);
        // Who kills the recorder takes no more than one block's events with it.
        block.await(fewPending);
        look(fills.count(), begins);
    }

    /**
     * Looks from time to time at what the teller does. Who does hardly more than to tell would only wait for the other thread to encode, and so does
     * half of it.
     */
    private void look(int fills, long begins) {
        long ends = System.nanoTime();
        elsewhere += begins - lookedAt;
        telling += ends - begins;
        lookedAt = ends;
        looked += fills;
        if (looked >= LOOK) {
            onlyTells = elsewhere < telling / ELSEWHERE_PART;
            looked = 0;
            elsewhere = 0;
            telling = 0;
        }
    }

    private boolean fewPending() {
        return counts.total() - written <= mostPending || block.idle();
    }

    /** Ends the block, if it has an event, and hands it to the operating system. */
    public void flush() {
        block.settle();
        if (block.encoder().count() != 0) {
            endBlock();
        }
    }

    private void endBlock() {
        BlockEncoder full = block.encoder();
        full.seal();
        write(full.bytes(), full.length());
        INT.set(checksum, 0, full.checksum());
        digest.update(checksum);
        written = full.firstOrdinal() + full.count();
        full.next();
        if (sync == Sync.BLOCK) {
            force();
        }
    }

    /**
     * Writes the closing record and takes the place of the journal that was there before, if any.
     *
     * @return where the journal is
     */
    public Path finish() {
        return finish(true, false);
    }

    /** Writes the closing record, but leaves alone the journal that was there before; returns where this one is. */
    public Path finishBeside() {
        return finish(false, false);
    }

    /**
     * Writes the closing record of a copy.
     *
     * @param truncated whether the recording may have had more events than these
     * @return where the journal is
     */
    public Path finish(boolean truncated) {
        return finish(true, truncated);
    }

    /** Gives up the journal and all that was written of it. */
    public void discard() {
        if (open) {
            failed = true;
            close();
            files.discard();
        }
    }

    private Path finish(boolean takePlace, boolean truncated) {
        flush();
        String sha256 = HexFormat.of().formatHex(digest.digest());
        byte[] document = document(
                BlockFormat.CLOSING,
                ClosingRecord.toJson(
                        new TraceClosing(counts.total(), counts.lastTick(), sha256, counts.byId(), truncated)));
        write(document, document.length);
        force();
        block.end();
        open = false;
        closeQuietly(store);
        return files.finish(takePlace, sync != Sync.NONE);
    }

    /** The document that holds a header or closing record. */
    static byte[] document(int kind, JsonNode json) {
        byte[] utf8;
        try {
            utf8 = new ObjectMapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can be written", e);
        }
        byte[] document = new byte[BlockFormat.JSON_AT + utf8.length];
        INT.set(document, BlockFormat.KIND_AT, kind);
        INT.set(document, BlockFormat.JSON_LENGTH_AT, utf8.length);
        System.arraycopy(utf8, 0, document, BlockFormat.JSON_AT, utf8.length);
        CRC32C crc = new CRC32C();
        crc.update(document, BlockFormat.CHECKED_FROM, document.length - BlockFormat.CHECKED_FROM);
        INT.set(document, BlockFormat.CHECKSUM_AT, (int) crc.getValue());
        return document;
    }

    private void write(byte[] bytes, int length) {
        if (!open) {
            throw new IllegalStateException("the journal is closed");
        }
        try {
            store.append(bytes, length);
        } catch (IOException | RuntimeException | InternalError e) {
            throw failed(e);
        }
    }

    private void force() {
        if (sync != Sync.NONE) {
            try {
                store.force();
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    private TraceOutputException failed(Throwable e) {
        failed = true;
        close();
        return failed(files.directory(), written, e);
    }

    private static TraceOutputException failed(Path directory, long events, Throwable e) {
        if (e instanceof TraceOutputException known) {
            return known;
        }
        String why = e instanceof InternalError
                ? "the store failed, most likely because the disk is full"
                : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new TraceOutputException(
                Reason.STORE,
                directory + " cannot be written: " + why + "; it is incomplete, with its first " + events
                        + " events; make room or choose another output with -o",
                e);
    }

    /** Closes the journal; without {@link #finish} before, it stays incomplete, with all events that it was told. */
    @Override
    public void close() {
        block.end();
        if (open && !failed && !block.failed()) {
            try {
                flush();
            } catch (TraceOutputException e) {
                // Whoever closes without finishing has something worse to tell; the journal is known to be incomplete.
            }
        }
        if (open) {
            open = false;
            closeQuietly(store);
            closeQuietly(files);
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (IOException | RuntimeException | InternalError e) {
            // What matters was written or has failed before; there is nothing more to save here.
        }
    }
}

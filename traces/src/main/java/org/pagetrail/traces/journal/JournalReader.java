package org.pagetrail.traces.journal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.JsonTrees;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;

/**
 * A journal being read. Nothing in its directory is written, and it may be read while it is written.
 *
 * <p>Every block's checksum is checked before its events are told, and at the end the closing record against all of them.
 */
public final class JournalReader implements TraceReader {
    private static final int NO_BLOCK_YET = -1;

    private final Path directory;
    private final QueueFile file;
    private final BlockDecoder block = new BlockDecoder();
    private final Tally tally = new Tally();
    private final CRC32C crc = new CRC32C();
    private final MessageDigest digest = Digests.sha256();
    private final byte[] checksum = new byte[Integer.BYTES];
    private final TraceHeader header;
    private final TraceClosing closing;
    private long nextOrdinal;
    private long blockNumber = NO_BLOCK_YET;
    private boolean ended;

    private JournalReader(Path directory, QueueFile file) throws IOException {
        this.directory = directory;
        this.file = file;
        header = readHeader();
        closing = closingRecord(file.last());
    }

    /**
     * Opens a journal.
     *
     * @throws TraceException when there is none, or its beginning is damaged
     */
    public static JournalReader open(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new TraceException(
                    Files.exists(directory)
                            ? directory + " is no journal: a journal is a directory; name the one that record made"
                            : directory + " does not exist; name a trace that record made");
        }
        QueueFile file = null;
        try {
            Path data = QueueStore.dataFile(directory);
            if (data == null) {
                throw new TraceException(
                        directory + " is no journal: it has no data file of its own; name a trace that record made");
            }
            file = new QueueFile(data);
            return new JournalReader(directory, file);
        } catch (TraceException e) {
            closeQuietly(file);
            throw e;
        } catch (IOException e) {
            closeQuietly(file);
            throw unreadable(directory, e);
        }
    }

    private static TraceException unreadable(Path directory, IOException e) {
        return new TraceException(
                e instanceof QueueFile.Cut
                        ? directory + " is damaged: " + e.getMessage() + "; restore it from a copy, or record again"
                        : directory + " cannot be read: " + e.getMessage(),
                e);
    }

    private static void closeQuietly(QueueFile file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // It was only read.
        }
    }

    private TraceException damaged(String what) {
        String where = blockNumber == NO_BLOCK_YET
                ? "its header is damaged"
                : "block " + blockNumber + ", from event " + nextOrdinal + " on, is damaged";
        return new TraceException(directory + ": " + where + ": " + what
                + "; what comes before it is whole; restore it from a copy, or record again");
    }

    private int read() {
        try {
            return file.next();
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    private TraceHeader readHeader() {
        int length = read();
        byte[] bytes = file.document();
        if (length < BlockFormat.JSON_AT || BlockDecoder.kind(bytes) != BlockFormat.HEADER) {
            throw new TraceException(directory + " is no journal of pagetrail; name a trace that record made");
        }
        JsonNode json = json(bytes, length);
        if (json == null) {
            throw damaged("its checksum differs");
        }
        try {
            return TraceHeader.fromJson(json);
        } catch (TraceException e) {
            throw new TraceException(directory + ": " + e.getMessage(), e);
        }
    }

    /** The JSON of a header or closing record, or null when it is not whole. */
    private JsonNode json(byte[] bytes, int length) {
        if (BlockDecoder.jsonLength(bytes) != length - BlockFormat.JSON_AT
                || !BlockDecoder.checksumAgrees(bytes, length, crc)) {
            return null;
        }
        try {
            return JsonTrees.read(bytes, BlockFormat.JSON_AT, length - BlockFormat.JSON_AT);
        } catch (IOException e) {
            return null;
        }
    }

    private TraceClosing closingRecord(byte[] last) {
        if (last.length < BlockFormat.JSON_AT || BlockDecoder.kind(last) != BlockFormat.CLOSING) {
            return null;
        }
        JsonNode json = json(last, last.length);
        TraceClosing record = json == null ? null : ClosingRecord.fromJson(json);
        if (record == null) {
            throw new TraceException(
                    directory
                            + " is damaged: its closing record is not what was written; restore it from a copy, or record again");
        }
        return record;
    }

    @Override
    public TraceHeader header() {
        return header;
    }

    @Override
    public TraceClosing closing() {
        return closing;
    }

    @Override
    public long ordinal() {
        return nextOrdinal - 1;
    }

    @Override
    public boolean next(TraceEvents out) {
        while (block.left() == 0) {
            if (ended || !readBlock()) {
                return false;
            }
        }
        tally.to = out;
        nextOrdinal++;
        try {
            block.next(tally);
        } catch (BlockDecoder.Damaged e) {
            nextOrdinal--;
            throw damaged(e.getMessage());
        }
        return true;
    }

    private boolean readBlock() {
        int length = read();
        byte[] bytes = file.document();
        blockNumber++;
        if (length < 0 || length >= BlockFormat.JSON_AT && BlockDecoder.kind(bytes) == BlockFormat.CLOSING) {
            ended = true;
            checkEnd(length >= 0);
            return false;
        }
        if (length < BlockFormat.PAYLOAD_AT || BlockDecoder.kind(bytes) != BlockFormat.BLOCK) {
            throw damaged("it is no block of events");
        }
        try {
            block.take(bytes, length);
        } catch (BlockDecoder.Damaged e) {
            throw damaged(e.getMessage());
        }
        if (BlockDecoder.firstOrdinal(bytes) != nextOrdinal) {
            throw damaged("it begins with event " + BlockDecoder.firstOrdinal(bytes));
        }
        if (BlockDecoder.firstTick(bytes) < tally.counts.lastTick()) {
            throw damaged("its ticks go back");
        }
        for (int i = 0; i < checksum.length; i++) {
            checksum[i] = bytes[BlockFormat.CHECKSUM_AT + i];
        }
        digest.update(checksum);
        return true;
    }

    private void checkEnd(boolean closed) {
        if (closed != (closing != null)) {
            throw damaged(
                    closed ? "documents follow the closing record" : "blocks are missing before the closing record");
        }
        if (closed) {
            String sha256 = HexFormat.of().formatHex(digest.digest());
            EventCounts counts = tally.counts;
            if (closing.events() != counts.total()
                    || closing.lastTick() != counts.lastTick()
                    || !closing.digest().equals(sha256)
                    || !closing.counts().equals(counts.byId())) {
                throw damaged("the closing record does not agree with the events");
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(file);
    }

    /** Counts what is told, on its way. */
    private static final class Tally extends FlatEvents {
        private final EventCounts counts = new EventCounts();
        private TraceEvents to;

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            counts.count(id, tick);
            EventDispatch.dispatch(id, tick, fields, text, to);
        }
    }
}

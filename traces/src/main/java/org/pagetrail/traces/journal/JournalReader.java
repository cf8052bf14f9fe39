package org.pagetrail.traces.journal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.JsonTrees;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEnding;
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
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int NO_BLOCK_YET = -1;
    private static final String WHAT_TO_DO = "; info --check says what is left, and repair keeps it";

    /** In a file of so many bytes the closing record is looked for from the end; in a shorter one by all documents before it. */
    private static final long LONG = 1L << 24;

    /** So many bytes take longer to decode than it takes to start a thread. */
    private static final long WORTH_READING_AHEAD = 1L << 20;

    private final Path directory;
    private final QueueFile file;
    private final BlockDecoder block;

    /** What was told, as it is in the file, before any migration. */
    private final EventCounts counts = new EventCounts();

    private final MessageDigest digest = Digests.sha256();
    private final byte[] checksum = new byte[Integer.BYTES];
    private final TraceHeader header;
    private final Migration migration;
    private final int writtenFormat;
    private TraceClosing closing;
    private long nextOrdinal;

    /** Who was told last, and who is told in their place: the first of the steps from the file's format. */
    private TraceEvents told;

    private TraceEvents to;

    /** The fills that are being told in one run, null when none are. */
    private TlbFills run;

    /** Whether the listener looked at the last run that it was told. */
    private boolean runsAreLookedAt = true;

    private long blockNumber = NO_BLOCK_YET;
    private boolean ended;

    /** Whether events were left out, so that nothing can be said of all together. */
    private boolean skipped;

    /** Whether whoever was told threw while a second thread was reading, so that reading cannot go on where it was. */
    private boolean brokenOff;

    /** Of how many bytes on a second thread reads ahead. */
    private final long aheadFrom;

    /** Whether reading came to where nothing is yet: what is written there from now on is none of what was told. */
    private boolean atOpenEnd;

    private JournalReader(Path directory, QueueFile file, List<FormatStep> steps, long aheadFrom) {
        this.aheadFrom = aheadFrom;
        this.directory = directory;
        this.file = file;
        JsonNode json = readHeader();
        try {
            migration = Migration.of(json, steps);
            header = migration.header();
            writtenFormat = migration.from();
            block = new BlockDecoder(writtenFormat);
        } catch (TraceException e) {
            throw new TraceException(directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Opens a journal.
     *
     * @throws TraceException when there is none, or its beginning is damaged
     */
    public static JournalReader open(Path directory) {
        return open(directory, Migration.STEPS, Handover.helps() ? WORTH_READING_AHEAD : Long.MAX_VALUE);
    }

    /** The same with other steps between the formats' versions, and other ideas of how many bytes on it is worth to read ahead. */
    static JournalReader open(Path directory, List<FormatStep> steps, long aheadFrom) {
        QueueFile file = dataOf(directory);
        try {
            return new JournalReader(directory, file, steps, aheadFrom);
        } catch (TraceException e) {
            closeQuietly(file);
            throw e;
        }
    }

    /** Opens the data file of a journal. */
    static QueueFile dataOf(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new TraceException(
                    Files.exists(directory)
                            ? directory + " is no journal: a journal is a directory; name the one that record made"
                            : directory + " does not exist; name a trace that record made");
        }
        try {
            Path data = QueueStore.dataFile(directory);
            if (data == null) {
                throw new TraceException(
                        directory + " is no journal: it has no data file of its own; name a trace that record made");
            }
            return new QueueFile(data);
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    static TraceException unreadable(Path directory, IOException e) {
        return new TraceException(
                e instanceof QueueFile.Cut
                        ? directory + " is damaged: " + e.getMessage() + WHAT_TO_DO
                        : directory + " cannot be read: " + e.getMessage(),
                e);
    }

    private static void closeQuietly(QueueFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read.
        }
    }

    private TraceException damaged(String what) {
        String where = blockNumber == NO_BLOCK_YET
                ? "its header is damaged"
                : (skipped ? "a block" : "block " + blockNumber) + ", from event " + nextOrdinal + " on, is damaged";
        return new TraceException(directory + ": " + where + ": " + what + WHAT_TO_DO);
    }

    private int read() {
        try {
            return file.next();
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    private JsonNode readHeader() {
        int length = read();
        byte[] bytes = file.document();
        if (length == QueueFile.END && JournalFiles.isWritten(directory)) {
            throw new TraceException(directory + " is only just being begun; try again");
        }
        if (length < BlockFormat.JSON_AT || BlockDecoder.kind(bytes) != BlockFormat.HEADER) {
            throw new TraceException(directory + " is no journal of pagetrail, or its beginning is damaged;"
                    + " name a trace that record made, or see info --check");
        }
        JsonNode json = json(bytes, length);
        if (json == null) {
            throw damaged("its checksum differs");
        }
        return json;
    }

    /** The JSON of a header or closing record, or null when it is not whole. */
    static JsonNode json(byte[] bytes, int length) {
        if (BlockDecoder.jsonLength(bytes) != length - BlockFormat.JSON_AT
                || !BlockDecoder.checksumAgrees(bytes, length, new CRC32C())) {
            return null;
        }
        try {
            return JsonTrees.read(bytes, BlockFormat.JSON_AT, length - BlockFormat.JSON_AT);
        } catch (IOException e) {
            return null;
        }
    }

    /** The record that a document is, null when it is none, or one that is not whole. */
    private static TraceClosing closingRecord(byte[] document, int length) {
        JsonNode json = json(document, length);
        return json == null ? null : ClosingRecord.fromJson(json);
    }

    private static boolean isClosing(byte[] document, int length) {
        return length >= BlockFormat.JSON_AT && BlockDecoder.kind(document) == BlockFormat.CLOSING;
    }

    @Override
    public TraceHeader header() {
        return header;
    }

    /**
     * The closing record.
     *
     * <p>Until the events were read up to it, it is looked for at the file's end, and not yet compared with them.
     */
    @Override
    public TraceClosing closing() {
        if (closing == null && !atOpenEnd) {
            try {
                byte[] last = file.size() < LONG ? null : BlockSearch.closing(file);
                last = last == null ? file.last() : last;
                if (isClosing(last, last.length)) {
                    closing = closingRecord(last, last.length);
                    if (closing == null) {
                        throw new TraceException(
                                directory + " is damaged: its closing record is not what was written" + WHAT_TO_DO);
                    }
                }
            } catch (IOException e) {
                throw unreadable(directory, e);
            }
        }
        return closing;
    }

    @Override
    public TraceEnding ending() {
        TraceEnding ending = TraceReader.super.ending();
        return ending == TraceEnding.INCOMPLETE && JournalFiles.isWritten(directory) ? TraceEnding.OPEN : ending;
    }

    @Override
    public int writtenFormat() {
        return writtenFormat;
    }

    @Override
    public long ordinal() {
        return run == null ? nextOrdinal - 1 : nextOrdinal + run.telling();
    }

    /**
     * Tells the next event to {@code out}.
     *
     * @return false when there is none any more, or none yet: while somebody records, it may be called again
     */
    @Override
    public boolean next(TraceEvents out) {
        if (!hasNext()) {
            return false;
        }
        tellTo(out);
        nextOrdinal++;
        try {
            block.next(to);
        } catch (BlockDecoder.Damaged e) {
            nextOrdinal--;
            throw damaged(e.getMessage());
        }
        counts.count(block.id(), block.tick());
        return true;
    }

    /**
     * Tells all events that are left, TLB fills in runs. Of a long journal the blocks are decoded by a second thread meanwhile, where there is a
     * processor for it; when {@code out} throws, there is nothing more to be read by this reader.
     *
     * <p>While a run is told, {@link #ordinal} is that of the fill that {@link TlbFills#tell} tells, and of the run's first before.
     */
    @Override
    public void readAll(TraceEvents out) {
        while (block.left() > 0) {
            tellSome(out, true);
        }
        if (!ended && isLong()) {
            readAhead(out);
        } else {
            while (hasNext()) {
                tellSome(out, true);
            }
        }
    }

    /** Tells the events up to that of an ordinal: TLB fills in runs, where a block lies whole before it. */
    @Override
    public void readTo(long ordinal, TraceEvents out) {
        while (nextOrdinal <= ordinal && hasNext()) {
            tellSome(out, block.left() <= ordinal + 1 - nextOrdinal);
        }
    }

    /** Tells what comes next of the block: an event, or if they may be told so a run of fills. */
    private void tellSome(TraceEvents out, boolean inRuns) {
        tellTo(out);
        int fills;
        try {
            fills = inRuns ? block.readFills() : 0;
        } catch (BlockDecoder.Damaged e) {
            throw damaged(e.getMessage());
        }
        if (fills == 0) {
            next(out);
        } else {
            tellRun(block.fills());
        }
    }

    private void tellRun(TlbFills fills) {
        run = fills;
        run.begin();
        try {
            to.tlbFilled(run);
            runsAreLookedAt = run.looked();
        } finally {
            nextOrdinal += fills.count();
            run = null;
        }
        counts.count(EventId.TLB_FILLED, fills.words()[(fills.count() - 1) * TlbFills.WORDS], fills.count());
    }

    private boolean isLong() {
        try {
            return file.size() - file.at() >= aheadFrom;
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
    }

    private void readAhead(TraceEvents out) {
        tellTo(out);
        brokenOff = true;
        ReadAhead.Part last;
        try (ReadAhead ahead = new ReadAhead(file, writtenFormat)) {
            do {
                last = ahead.next(runsAreLookedAt);
                tell(last);
            } while (last.end == null);
        }
        brokenOff = false;
        endAt(last);
    }

    private void tell(ReadAhead.Part part) {
        if (part.begins) {
            blockNumber++;
            begin(part.firstOrdinal, part.firstTick, part.checksum);
        }
        DecodedEvents events = part.events;
        for (int i = 0; i < events.count(); i++) {
            nextOrdinal++;
            events.tell(i, to);
            counts.count(events.id(i), events.tick(i));
        }
        if (events.run().count() > 0) {
            tellRun(events.run());
        }
    }

    private void endAt(ReadAhead.Part part) {
        switch (part.end) {
            case NO_DOCUMENT -> atOpenEnd = true;
            case OTHER_DOCUMENT -> {
                blockNumber++;
                takeOther(part.document, part.document.length);
            }
            case DAMAGED_BLOCK -> {
                blockNumber++;
                throw damaged(part.wrong);
            }
            case DAMAGED_EVENT -> throw damaged(part.wrong);
            case FAILURE -> {
                if (part.failure instanceof IOException e) {
                    throw unreadable(directory, e);
                }
                Handover.rethrow(part.failure);
            }
        }
    }

    private void tellTo(TraceEvents out) {
        if (told != out) {
            told = out;
            to = migration.events(out);
        }
    }

    private boolean hasNext() {
        if (brokenOff) {
            throw new IllegalStateException("reading was broken off; open the trace once more");
        }
        while (block.left() == 0) {
            if (ended || !readBlock()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Leaves out the blocks before the one that holds an event, none of which is read or checked then. At the end the closing record is
     * compared by its number of events and last tick alone.
     */
    @Override
    public long skipTo(long ordinal) {
        EventCounts left = new EventCounts();
        while (block.left() > 0 && nextOrdinal < ordinal) {
            next(left);
        }
        if (nextOrdinal < ordinal && !ended) {
            BlockSearch search = new BlockSearch(file, file.at(), nextOrdinal);
            try {
                search.to(ordinal);
            } catch (IOException e) {
                throw unreadable(directory, e);
            }
            skipped |= search.ordinal() != nextOrdinal;
            file.at(search.at());
            nextOrdinal = search.ordinal();
        }
        return nextOrdinal;
    }

    private boolean readBlock() {
        int length = read();
        byte[] bytes = file.document();
        atOpenEnd = length == QueueFile.END;
        if (atOpenEnd) {
            return false;
        }
        blockNumber++;
        if (!BlockDecoder.isBlock(bytes, length)) {
            takeOther(bytes, length);
            return false;
        }
        try {
            block.take(bytes, length);
        } catch (BlockDecoder.Damaged e) {
            throw damaged(e.getMessage());
        }
        begin(BlockDecoder.firstOrdinal(bytes), BlockDecoder.firstTick(bytes), BlockDecoder.checksum(bytes));
        return true;
    }

    /** Takes a document that is no block; there must be nothing after it. */
    private void takeOther(byte[] bytes, int length) {
        if (!isClosing(bytes, length)) {
            throw damaged("it is no block of events");
        }
        ended = true;
        checkEnd(closingRecord(bytes, length));
    }

    private void begin(long firstOrdinal, long firstTick, int blockChecksum) {
        if (firstOrdinal != nextOrdinal) {
            throw damaged("it begins with event " + firstOrdinal);
        }
        if (firstTick < counts.lastTick()) {
            throw damaged("its ticks go back");
        }
        INT.set(checksum, 0, blockChecksum);
        digest.update(checksum);
    }

    private void checkEnd(TraceClosing record) {
        if (record == null) {
            throw damaged("the closing record is not what was written");
        }
        if (read() != QueueFile.END) {
            throw damaged("documents follow the closing record");
        }
        boolean agrees =
                record.events() == nextOrdinal && (record.lastTick() == counts.lastTick() || counts.total() == 0);
        if (!skipped) {
            String sha256 = HexFormat.of().formatHex(digest.digest());
            agrees &= record.events() == counts.total()
                    && record.lastTick() == counts.lastTick()
                    && record.digest().equals(sha256)
                    && record.counts().equals(counts.byId());
        }
        if (!agrees) {
            throw damaged("the closing record does not agree with the events");
        }
        closing = record;
    }

    @Override
    public void close() {
        closeQuietly(file);
    }
}

package org.pagetrail.traces.journal;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;

/**
 * A second thread that reads and decodes a journal's blocks while their events are told.
 *
 * <p>What it comes to is handed over in order, part by part, and nothing is judged here but what takes the bytes: checksums, and whether a
 * block decodes.
 */
final class ReadAhead implements Closeable {
    private static final int PARTS = 8;

    /** The longest run of a part: few enough fills that all parts together stay in the processors' caches. */
    private static final int LONGEST_RUN = 256;

    /** A shorter run is told event by event, so that parts are not too short. */
    private static final int SHORTEST_RUN = 16;

    /** What comes next of the journal. */
    static final class Part {
        /** Its events; those of the block that begins with it, or of the one before. */
        final DecodedEvents events = new DecodedEvents();

        /** Whether a block begins with it, whose head then is this. */
        boolean begins;

        long firstOrdinal;
        long firstTick;
        int checksum;

        /** What ends reading after its events, null when nothing does. */
        End end;

        /** What is wrong, when that ends reading. */
        String wrong;

        /** The document that is no block, when that ends reading. */
        byte[] document;

        /** What reading came to, when that ends it. */
        Throwable failure;

        private void clear() {
            events.clear();
            begins = false;
        }
    }

    /** What ends reading. */
    enum End {
        /** There is nothing, or nothing yet. */
        NO_DOCUMENT,
        /** A document that has to be looked at, of no block. */
        OTHER_DOCUMENT,
        /** A block whose head or checksum is wrong. */
        DAMAGED_BLOCK,
        /** An event that is not what a writer writes. */
        DAMAGED_EVENT,
        /** It could not be read. */
        FAILURE
    }

    private final QueueFile file;
    private final BlockDecoder block;
    private final Part[] parts = new Part[PARTS];
    private final Handover handover = new Handover(PARTS);
    private final Thread thread = new Thread(this::run, "journal");
    private boolean taken;

    /** Reads from where the file is on; until it is closed the file and the decoder belong to it. */
    ReadAhead(QueueFile file, BlockDecoder block) {
        this.file = file;
        this.block = block;
        for (int i = 0; i < PARTS; i++) {
            parts[i] = new Part();
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** The next part, valid until the next call; there is none after one with an {@link Part#end}. */
    Part next() {
        if (taken) {
            handover.emptied();
        }
        taken = true;
        return parts[handover.awaitFilled()];
    }

    private void run() {
        Part part = nextPart();
        while (part != null) {
            End end;
            try {
                end = readOn(part);
            } catch (IOException | RuntimeException | Error e) {
                part.failure = e;
                end = End.FAILURE;
            }
            part.end = end;
            handover.filled();
            part = end == null ? nextPart() : null;
        }
    }

    /** A part to fill, null when nobody wants more. */
    private Part nextPart() {
        int slot = handover.awaitRoom();
        if (slot < 0) {
            return null;
        }
        parts[slot].clear();
        return parts[slot];
    }

    private End readOn(Part part) throws IOException {
        if (block.left() == 0) {
            End end = begin(part);
            if (end != null) {
                return end;
            }
        }
        DecodedEvents events = part.events;
        block.fills(events.run());
        try {
            while (block.left() > 0 && events.room() > 0) {
                int fills = block.readFills(LONGEST_RUN);
                if (fills == 0) {
                    block.readInFull();
                    events.add(block.id(), block.tick(), block.fields(), block.text());
                } else if (fills < SHORTEST_RUN && fills <= events.room()) {
                    events.addRun();
                } else {
                    break;
                }
            }
        } catch (BlockDecoder.Damaged e) {
            part.wrong = e.getMessage();
            return End.DAMAGED_EVENT;
        }
        return null;
    }

    /** Reads the next block, if there is one; what ends reading else. */
    private End begin(Part part) throws IOException {
        int length = file.next();
        if (length == QueueFile.END) {
            return End.NO_DOCUMENT;
        }
        byte[] bytes = file.document();
        if (!BlockDecoder.isBlock(bytes, length)) {
            part.document = Arrays.copyOf(bytes, length);
            return End.OTHER_DOCUMENT;
        }
        try {
            block.take(bytes, length);
        } catch (BlockDecoder.Damaged e) {
            part.wrong = e.getMessage();
            return End.DAMAGED_BLOCK;
        }
        part.begins = true;
        part.firstOrdinal = BlockDecoder.firstOrdinal(bytes);
        part.firstTick = BlockDecoder.firstTick(bytes);
        part.checksum = BlockDecoder.checksum(bytes);
        return null;
    }

    /** Ends it, and gives back the file and the decoder, wherever they are. */
    @Override
    public void close() {
        handover.end();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

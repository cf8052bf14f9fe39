package org.pagetrail.traces.journal;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.pagetrail.traces.event.TlbFills;

/**
 * Reads and decodes a journal's blocks with a second thread while their events are told, and with the thread that tells whenever it
 * would have to wait for the other.
 *
 * <p>Each block is decoded by the one that claims it; blocks are claimed, and told, in their order. What a block comes to is handed over part by part, and nothing
 * is judged here but what takes the bytes: checksums, and whether it decodes.
 *
 * <p>Between processors that share no cache it can take longer to get a part than to decode it. Where that is so, the other thread stops after a while.
 */
final class ReadAhead implements Closeable {
    /** Parts that wait to be told, of each thread: those of two full blocks of fills. */
    private static final int PARTS = 36;

    /** A shorter run is told event by event, so that parts are not too short. */
    private static final int SHORTEST_RUN = 16;

    /** After so many runs of the other thread is looked at how long it took to wait for them and to fetch them. */
    private static final int LOOK = 128;

    /** When it was of no use so many times, one does without the other thread. */
    private static final int ENOUGH = 2;

    private final QueueFile file;
    private final Decoding theirs;
    private final Decoding mine;
    private final Handover handover = new Handover(PARTS);
    private final Thread thread = new Thread(this::run, "journal");

    // Guarded by this: which block is claimed next, and whether none can be any more.
    private long nextClaim;
    private boolean allClaimed;

    // Of the thread that tells: which block is told, how much of its own is, whether it has a part of the other's.
    private long telling;
    private int toldOfMine;
    private boolean taken;

    // Whether the other thread is of use: how many nanoseconds a fill takes to decode; of how many runs since the last
    // look, how many took longer to get; and how often in a row most did.
    private double decodeNanoseconds = Double.MAX_VALUE;
    private int fetched;
    private int fetchedSlowly;
    private int inVain;

    /** Whether the other thread is to claim no more blocks. */
    private volatile boolean alone;

    /** What comes next of the journal. */
    static final class Part {
        /** Its events; those of the block that begins with it, or of the one before. */
        final DecodedEvents events = new DecodedEvents();

        /** Whether a block begins with it, whose head then is this. */
        boolean begins;

        long firstOrdinal;
        long firstTick;
        int checksum;

        /** Whether the block ends with it. */
        boolean ends;

        /** What ends reading after its events, null when nothing does. */
        End end;

        /** What is wrong, when that ends reading. */
        String wrong;

        /** The document that is no block, when that ends reading. */
        byte[] document;

        /** What reading came to, when that ends it. */
        Throwable failure;
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

    /** What one of the two threads decodes. */
    private final class Decoding {
        private final Part[] parts = new Part[PARTS];
        private final BlockDecoder block;
        private byte[] document = new byte[0];
        private long claimed = -1;
        private boolean over;

        /** How many parts of the block are decoded, where all are kept until they are told. */
        private int filled;

        Decoding(BlockDecoder block) {
            this.block = block;
        }

        /** Whether more of the claimed block is to be decoded. */
        boolean isUnderWay() {
            return !over && block.left() > 0;
        }

        /** Fills a part with what comes next of the block, or if there is nothing more with the beginning of the next, if there is one. */
        Part fill(int slot) {
            if (parts[slot] == null) {
                parts[slot] = new Part();
            }
            Part part = parts[slot];
            part.events.clear();
            part.begins = false;
            try {
                if (block.left() == 0) {
                    part.end = claim(part);
                }
                if (part.end == null) {
                    part.end = decode(part);
                }
            } catch (IOException | RuntimeException | Error e) {
                part.failure = e;
                part.end = End.FAILURE;
            }
            over = part.end != null;
            part.ends = block.left() == 0;
            return part;
        }

        private End claim(Part part) throws IOException {
            int length;
            synchronized (ReadAhead.this) {
                claimed = nextClaim++;
                if (allClaimed) {
                    return End.NO_DOCUMENT;
                }
                // Unless there is a block.
                allClaimed = true;
                length = file.next();
                if (length == QueueFile.END) {
                    return End.NO_DOCUMENT;
                }
                document = file.exchange(document);
                if (!BlockDecoder.isBlock(document, length)) {
                    part.document = Arrays.copyOf(document, length);
                    return End.OTHER_DOCUMENT;
                }
                allClaimed = false;
            }
            try {
                block.take(document, length);
            } catch (BlockDecoder.Damaged e) {
                part.wrong = e.getMessage();
                return End.DAMAGED_BLOCK;
            }
            part.begins = true;
            part.firstOrdinal = BlockDecoder.firstOrdinal(document);
            part.firstTick = BlockDecoder.firstTick(document);
            part.checksum = BlockDecoder.checksum(document);
            return null;
        }

        private End decode(Part part) {
            DecodedEvents events = part.events;
            block.fills(events.run());
            try {
                while (block.left() > 0 && events.room() > 0) {
                    int fills = block.readFills(DecodedEvents.LONGEST_RUN);
                    if (fills == 0) {
                        block.readInFull();
                        events.add(block.id(), block.tick(), block.fields(), block.text());
                    } else if (fills < SHORTEST_RUN && fills <= events.room()) {
                        events.addRun();
                    } else {
                        break;
                    }
                }
                return null;
            } catch (BlockDecoder.Damaged e) {
                part.wrong = e.getMessage();
                return End.DAMAGED_EVENT;
            }
        }
    }

    /** Reads from where the file is on, documents of this format; until it is closed what is read of the file is read by it. */
    ReadAhead(QueueFile file, int format) {
        this.file = file;
        theirs = new Decoding(new BlockDecoder(format));
        mine = new Decoding(new BlockDecoder(format));
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The next part, valid until the next call; there is none after one with an {@link Part#end}.
     *
     * @param looked whether runs are looked at, so that one of the other thread's is worth to be fetched at once
     */
    Part next(boolean looked) {
        if (taken) {
            handover.emptied();
            taken = false;
        }
        while (mine.claimed != telling) {
            if (mine.claimed > telling || !handover.isEmpty() && fetched < LOOK) {
                return take(looked);
            }
            decodeMine();
        }
        return tellMine();
    }

    /** Takes what the other thread has decoded. */
    private Part take(boolean looked) {
        long began = System.nanoTime();
        Part part = theirs.parts[handover.awaitFilled()];
        TlbFills run = part.events.run();
        if (run.count() > 0) {
            if (looked) {
                run.touch();
            }
            fetched++;
            fetchedSlowly += System.nanoTime() - began > decodeNanoseconds * run.count() ? 1 : 0;
        }
        taken = true;
        if (part.ends) {
            telling++;
        }
        return part;
    }

    /** Claims a block, and decodes as much of it as there is room for. */
    private void decodeMine() {
        if (fetched >= LOOK) {
            inVain = fetchedSlowly > fetched / 2 ? inVain + 1 : 0;
            alone |= inVain == ENOUGH;
            fetched = 0;
            fetchedSlowly = 0;
        }
        toldOfMine = 0;
        mine.filled = 0;
        int most = alone ? 1 : PARTS;
        int fills = 0;
        long began = System.nanoTime();
        do {
            fills += mine.fill(mine.filled++).events.run().count();
        } while (mine.isUnderWay() && mine.filled < most);
        if (fills > 0) {
            decodeNanoseconds = (double) (System.nanoTime() - began) / fills;
        }
    }

    private Part tellMine() {
        if (toldOfMine == mine.filled) {
            toldOfMine = 0;
            mine.filled = 1;
            mine.fill(0);
        }
        Part part = mine.parts[toldOfMine++];
        if (part.ends) {
            telling++;
        }
        return part;
    }

    private void run() {
        Part part;
        do {
            int slot = handover.awaitRoom();
            if (slot < 0) {
                return;
            }
            part = theirs.fill(slot);
            handover.filled();
        } while (part.end == null && !(part.ends && alone));
    }

    /** Ends it; the file is where the last block that was claimed ends. */
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

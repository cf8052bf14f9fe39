package org.pagetrail.traces.journal;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.journal.DocumentScan.Found;
import org.pagetrail.traces.journal.JournalCheck.Damage;
import org.pagetrail.traces.journal.JournalCheck.Stretch;

/**
 * Checks a journal from end to end and finds all that can be read of it.
 *
 * <p>Where {@link JournalReader} stops at the first thing that is wrong, this goes on: every block tells which events it has, and is
 * whole or not by itself. What is found in the file's order is first judged as a reader would judge it, for the damage; then the
 * whole blocks are put in the order of their events, for what is left. Blocks that were put in another order, or are there twice, cost
 * no event.
 */
public final class JournalSurvey {
    private static final long UNKNOWN = JournalCheck.UNKNOWN;

    /** A whole block: where it is and what it has. */
    record Block(long at, int length, long first, int count, int checksum, long firstTick, long lastTick) {
        long end() {
            return first + count;
        }
    }

    private final Path directory;
    private final QueueFile file;
    private final BlockDecoder decoder = new BlockDecoder();
    private final List<Damage> damage = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final Map<Long, List<Block>> byFirst = new HashMap<>();
    private byte[] bytes = new byte[0];
    private Found headerFound;
    private Found closingFound;
    private TraceHeader header;
    private TraceClosing closing;
    private long expected;
    private long lastTick;
    private long number;
    private int holeAt = -1;
    private List<Block> run = List.of();

    /** All blocks in the file's order: what the closing record has to agree with when nothing is damaged. */
    private final EventCounts counts = new EventCounts();

    private final MessageDigest digest = Digests.sha256();

    private JournalSurvey(Path directory, QueueFile file) {
        this.directory = directory;
        this.file = file;
    }

    /** What a survey came to: the result, and for a repair where the good documents are. */
    record Surveyed(JournalCheck check, Found header, List<Block> provable) {}

    /**
     * Checks a journal. Damage is a result and not an exception.
     *
     * @throws TraceException when there is no journal, it cannot be read, or it is of a version that is not known
     */
    public static JournalCheck check(Path directory) {
        try (QueueFile file = JournalReader.dataOf(directory)) {
            return of(directory, file).check();
        } catch (IOException e) {
            throw JournalReader.unreadable(directory, e);
        }
    }

    static Surveyed of(Path directory, QueueFile file) throws IOException {
        return new JournalSurvey(directory, file).survey();
    }

    private Surveyed survey() throws IOException {
        boolean growing = JournalFiles.isWritten(directory);
        DocumentScan scan = DocumentScan.of(file, growing);
        for (Found found : scan.found()) {
            take(found);
        }
        end(scan.ending());
        List<Stretch> stretches = stretches();
        TraceEnding ending = ending(growing);
        long provable = run.isEmpty() ? 0 : run.get(run.size() - 1).end();
        return new Surveyed(
                new JournalCheck(ending, header, closing, file.size(), blocks.size(), damage, stretches, provable),
                headerFound,
                run);
    }

    private TraceEnding ending(boolean growing) {
        if (!damage.isEmpty()) {
            return TraceEnding.DAMAGED;
        }
        if (closing != null) {
            return closing.truncated() ? TraceEnding.TRUNCATED : TraceEnding.COMPLETE;
        }
        return growing ? TraceEnding.OPEN : TraceEnding.INCOMPLETE;
    }

    // In the file's order

    private void take(Found found) throws IOException {
        if (found.isHole()) {
            holeAt = damage.size();
            boolean ofBlock = (headerFound != null || !blocks.isEmpty()) && found.at() < found.end();
            damage.add(new Damage(
                    found.hole(), ofBlock ? number : UNKNOWN, found.at(), found.end() - 1, UNKNOWN, UNKNOWN));
            number += ofBlock ? 1 : 0;
            return;
        }
        read(found);
        if (closingFound != null) {
            wrong("it follows the closing record", found, UNKNOWN, UNKNOWN);
        }
        switch (found.kind()) {
            case BlockFormat.HEADER -> takeHeader(found);
            case BlockFormat.CLOSING -> takeClosing(found);
            default -> takeBlock(found);
        }
    }

    private void read(Found found) throws IOException {
        if (bytes.length < found.length()) {
            bytes = new byte[Math.max(found.length(), 2 * bytes.length)];
        }
        file.read(found.at() + QueueFile.WORD, bytes, found.length());
    }

    private void wrong(String what, Found found, long firstOrdinal, long lastOrdinal) {
        boolean block = found.kind() == BlockFormat.BLOCK;
        damage.add(new Damage(what, block ? number : UNKNOWN, found.at(), found.end() - 1, firstOrdinal, lastOrdinal));
    }

    private void takeHeader(Found found) {
        if (headerFound != null || !blocks.isEmpty()) {
            wrong("it is a header, though not at the beginning", found, UNKNOWN, UNKNOWN);
            return;
        }
        JsonNode json = JournalReader.json(bytes, found.length());
        try {
            Migration migration = json == null ? null : Migration.of(json, Migration.STEPS);
            if (migration != null) {
                header = migration.header();
                decoder.format(migration.from());
            }
        } catch (TraceException e) {
            // Its checksum is right: it is no damage, but of a version that is not known here.
            throw new TraceException(directory + ": " + e.getMessage(), e);
        }
        if (header == null) {
            wrong("the header is not what was written", found, UNKNOWN, UNKNOWN);
            return;
        }
        headerFound = found;
    }

    private void takeClosing(Found found) {
        JsonNode json = JournalReader.json(bytes, found.length());
        TraceClosing record = json == null ? null : ClosingRecord.fromJson(json);
        if (record == null) {
            wrong("the closing record is not what was written", found, UNKNOWN, UNKNOWN);
        } else if (closingFound == null) {
            closing = record;
        }
        closingFound = found;
    }

    private void takeBlock(Found found) {
        if (headerFound == null && blocks.isEmpty() && damage.isEmpty()) {
            wrong("no header precedes it", found, UNKNOWN, UNKNOWN);
        }
        Block block = decoded(found);
        if (block != null) {
            place(found, block);
            blocks.add(block);
            byFirst.computeIfAbsent(block.first(), first -> new ArrayList<>()).add(block);
        }
        number++;
    }

    /** The block, or null when its content is not what a writer writes. */
    private Block decoded(Found found) {
        try {
            decoder.take(bytes, found.length());
            decoder.count(counts);
        } catch (BlockDecoder.Damaged e) {
            wrong(e.getMessage(), found, UNKNOWN, UNKNOWN);
            holeAt = damage.size() - 1;
            return null;
        }
        digest.update(bytes, BlockFormat.CHECKSUM_AT, Integer.BYTES);
        long first = BlockDecoder.firstOrdinal(bytes);
        int count = BlockDecoder.count(bytes);
        if (first < 0 || first + count < 0) {
            wrong("its ordinals are none", found, UNKNOWN, UNKNOWN);
            return null;
        }
        return new Block(
                found.at(),
                found.length(),
                first,
                count,
                BlockDecoder.checksum(bytes),
                BlockDecoder.firstTick(bytes),
                BlockDecoder.lastTick(bytes));
    }

    /** Compares where a block stands with where its events belong. */
    private void place(Found found, Block block) {
        if (block.first() < expected) {
            boolean again = byFirst.getOrDefault(block.first(), List.of()).stream()
                    .anyMatch(other -> other.count() == block.count() && other.checksum() == block.checksum());
            wrong(
                    again ? "it is there a second time" : "it is out of its place: event " + expected + " was due",
                    found,
                    block.first(),
                    block.end() - 1);
            return;
        }
        if (block.first() > expected) {
            missing(found.at(), block.first() - 1);
        } else if (block.firstTick() < lastTick) {
            wrong("its ticks go back", found, block.first(), block.end() - 1);
        }
        expected = block.end();
        lastTick = block.lastTick();
        holeAt = -1;
    }

    /** Events from the one that is due up to this are not where they should be: what was found damaged there had them. */
    private void missing(long at, long lastOrdinal) {
        if (holeAt >= 0) {
            Damage hole = damage.get(holeAt);
            damage.set(
                    holeAt,
                    new Damage(hole.what(), hole.block(), hole.firstByte(), hole.lastByte(), expected, lastOrdinal));
        } else {
            damage.add(new Damage("events are missing here", UNKNOWN, at, at - 1, expected, lastOrdinal));
        }
        holeAt = -1;
    }

    private void end(String cut) throws IOException {
        if (cut != null) {
            damage.add(new Damage(cut, UNKNOWN, file.size(), file.size() - 1, expected, UNKNOWN));
        }
        if (closing != null && closing.events() > expected) {
            missing(closingFound.at(), closing.events() - 1);
        } else if (holeAt >= 0 && closing == null) {
            missing(file.size(), UNKNOWN);
        }
        if (headerFound == null && damage.isEmpty()) {
            damage.add(new Damage("it has no header", UNKNOWN, 0, -1, UNKNOWN, UNKNOWN));
        }
        run = run();
        if (closing != null && damage.isEmpty()) {
            if (!agrees(counts, digest)) {
                wrong("the closing record does not agree with the events", closingFound, UNKNOWN, UNKNOWN);
                run = List.of();
            }
        } else if (closing != null && !run.isEmpty() && run.get(run.size() - 1).end() >= closing.events()) {
            // All blocks that the record speaks of are there; are they those?
            run = agrees(run) ? run : List.of();
        }
        if (headerFound == null) {
            run = List.of();
        }
    }

    // In the order of the events

    /** The blocks from event 0 on, without a gap, and no two that tell the same event differently. */
    private List<Block> run() {
        List<Block> all = new ArrayList<>();
        long due = 0;
        long tick = 0;
        while (true) {
            Block next = undisputed(due);
            if (next == null || next.firstTick() < tick) {
                return all;
            }
            all.add(next);
            due = next.end();
            tick = next.lastTick();
        }
    }

    /** The block that begins with an event, or null when there is none, or more than one and they differ. */
    private Block undisputed(long first) {
        List<Block> those = byFirst.getOrDefault(first, List.of());
        boolean one = those.stream()
                        .map(block -> block.checksum() + "/" + block.count())
                        .distinct()
                        .count()
                == 1;
        return one ? those.get(0) : null;
    }

    private boolean agrees(List<Block> all) throws IOException {
        MessageDigest ofAll = Digests.sha256();
        EventCounts told = new EventCounts();
        for (Block block : all) {
            file.read(block.at() + QueueFile.WORD, bytes, block.length());
            ofAll.update(bytes, BlockFormat.CHECKSUM_AT, Integer.BYTES);
            try {
                decoder.take(bytes, block.length());
                decoder.count(told);
            } catch (BlockDecoder.Damaged e) {
                return false;
            }
        }
        return agrees(told, ofAll);
    }

    private boolean agrees(EventCounts told, MessageDigest ofBlocks) {
        return closing.events() == told.total()
                && closing.lastTick() == told.lastTick()
                && closing.digest().equals(HexFormat.of().formatHex(ofBlocks.digest()))
                && closing.counts().equals(told.byId());
    }

    private List<Stretch> stretches() {
        List<Stretch> stretches = new ArrayList<>();
        List<Block> sorted = new ArrayList<>(blocks);
        sorted.sort(Comparator.comparingLong(Block::first).thenComparingLong(Block::at));
        long first = 0;
        long end = 0;
        long inStretch = 0;
        for (Block block : sorted) {
            if (block.first() < end || undisputed(block.first()) == null) {
                continue;
            }
            if (block.first() > end && inStretch > 0) {
                stretches.add(new Stretch(first, end - 1, inStretch));
                inStretch = 0;
            }
            first = inStretch == 0 ? block.first() : first;
            end = block.end();
            inStretch++;
        }
        if (inStretch > 0) {
            stretches.add(new Stretch(first, end - 1, inStretch));
        }
        return stretches;
    }
}

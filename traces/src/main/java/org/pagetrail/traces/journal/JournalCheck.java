package org.pagetrail.traces.journal;

import java.util.List;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceHeader;

/**
 * What a journal was found to be when every byte of it that matters was checked.
 *
 * @param ending {@link TraceEnding#COMPLETE} only when everything agrees: checksums, ordinals, ticks, the closing record's counts and
 *     digest
 * @param header what the trace says of itself, null when that is damaged
 * @param closing the closing record, null when there is none that is whole
 * @param bytes the length of the file
 * @param blocks how many whole blocks were found, wherever they lie
 * @param damage what is wrong, in the file's order; empty for a trace that is whole as far as it goes
 * @param readable the stretches of events that whole blocks hold, in order
 * @param provable how many events from the first on are those that were recorded
 */
public record JournalCheck(
        TraceEnding ending,
        TraceHeader header,
        TraceClosing closing,
        long bytes,
        long blocks,
        List<Damage> damage,
        List<Stretch> readable,
        long provable) {
    /** An ordinal that is not known. */
    public static final long UNKNOWN = -1;

    /** With lists that do not change. */
    public JournalCheck {
        damage = List.copyOf(damage);
        readable = List.copyOf(readable);
    }

    /**
     * Something that no recording wrote there.
     *
     * @param what how that is known
     * @param block the number of the block, counted from 0 in the file's order; {@link #UNKNOWN} for what is no block's
     * @param firstByte of the file
     * @param lastByte of the file; less than {@code firstByte} when it is about what is missing at that place
     * @param firstOrdinal of the events that it concerns, {@link #UNKNOWN} when it concerns none
     * @param lastOrdinal of them, {@link #UNKNOWN} when that is not known
     */
    public record Damage(String what, long block, long firstByte, long lastByte, long firstOrdinal, long lastOrdinal) {}

    /** Events of whole blocks, one after the other without a gap. */
    public record Stretch(long firstOrdinal, long lastOrdinal, long blocks) {
        /** How many. */
        public long events() {
            return lastOrdinal - firstOrdinal + 1;
        }
    }

    /** Whether it is whole: complete, and nothing is wrong. */
    public boolean whole() {
        return ending == TraceEnding.COMPLETE;
    }

    /** How many events can be read. */
    public long events() {
        return readable.stream().mapToLong(Stretch::events).sum();
    }
}

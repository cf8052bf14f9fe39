package org.pagetrail.traces.journal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;

/** A program that records until it is killed, and says in a mapped file how many events it has told. */
final class EndlessRecorder {
    private static final int LONGEST_PHASE = 20_000;
    private static final int BETWEEN_RESTS = 4096;
    private static final long REST = 500_000;

    private EndlessRecorder() {}

    /** The arguments are the journal to make, the file for the number, a seed, when to force it to the disk, and whether fills are told in runs. */
    public static void main(String[] arguments) throws IOException {
        long seed = Long.parseLong(arguments[2]);
        Threads threads = (seed >> 1 & 1) == 0 ? Threads.SECOND_ENCODES : Threads.HALVES;
        try (FileChannel channel = FileChannel.open(
                        Path.of(arguments[1]),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                JournalWriter writer = JournalWriter.create(
                        Path.of(arguments[0]), JournalTest.header(), false, Sync.valueOf(arguments[3]), threads)) {
            MappedByteBuffer told = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
            told.order(ByteOrder.LITTLE_ENDIAN);
            tell(seed, Boolean.parseBoolean(arguments[4]), new FlatEvents() {
                private long count;

                @Override
                protected void event(int id, long tick, long[] fields, int fieldCount, String text) {
                    EventDispatch.dispatch(id, tick, fields, text, writer);
                    told.putLong(0, ++count);
                    if (count % BETWEEN_RESTS == 0) {
                        LockSupport.parkNanos(REST);
                    }
                }

                @Override
                public void tlbFilled(TlbFills fills) {
                    writer.tlbFilled(fills);
                    count += fills.count();
                    told.putLong(0, count);
                }
            });
        }
    }

    /**
     * The events that it tells, which are the same for the same seed; ends only by an exception of {@code out}'s.
     *
     * @param runs whether they are mostly fills, told in runs, instead of events of all kinds
     */
    static void tell(long seed, boolean runs, TraceEvents out) {
        if (runs) {
            FillRunsTest.tell(Integer.MAX_VALUE, seed, out);
        } else {
            tell(seed, out);
        }
    }

    private static void tell(long seed, TraceEvents out) {
        SplittableRandom lengths = new SplittableRandom(seed);
        JournalTest.random(Integer.MAX_VALUE, seed, new FlatEvents() {
            private int left = lengths.nextInt(1, LONGEST_PHASE);

            @Override
            protected void event(int id, long tick, long[] fields, int count, String text) {
                EventDispatch.dispatch(id, tick, fields, text, out);
                if (--left == 0) {
                    out.phaseEnded(tick, 0);
                    left = lengths.nextInt(1, LONGEST_PHASE);
                }
            }
        });
    }
}

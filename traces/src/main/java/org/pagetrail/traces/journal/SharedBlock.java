package org.pagetrail.traces.journal;

import java.util.function.BooleanSupplier;
import org.pagetrail.traces.event.BlockGeometry;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;

/**
 * The block that is being filled, by the teller, by a second thread, or by both: each then encodes one half of it.
 *
 * <p>Between two calls the teller has it to itself after {@link #settle}; otherwise the second thread may be at work. What comes of a block does not
 * depend on who encoded it.
 */
final class SharedBlock {
    /** How many runs wait at most for the other thread to encode them: half a block, so that each can encode one. */
    private static final int RUNS_HANDED = 8;

    /** The longest run that is handed to the other thread: long enough to be worth it, and short enough that both have work. */
    static final int LONGEST_HANDED = 256;

    private final int format;
    private final BlockGeometry geometry;
    private final int half;
    private final EncodingThread encoding;
    private final Runnable whenFull;

    // Of the thread that has the block.
    private BlockEncoder block;

    // Of the teller: the second half while the other thread has the first, and how much of that it was handed.
    private BlockEncoder second;
    private boolean halving;
    private boolean inSecond;
    private int handed;

    private boolean hasHalves;

    /** Encodes what it is told. */
    private final FlatEvents again = new FlatEvents() {
        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            block.add(id, tick, fields, count, text);
            endIfFull();
        }
    };

    /**
     * An empty block of this format that ends as the geometry says.
     *
     * @param whenFull what to do when the block is full, by the thread that has it: it has to begin the next one
     * @param meanwhile what either thread does while it waits for the other, as of {@link Handover}
     */
    SharedBlock(int format, BlockGeometry geometry, Runnable whenFull, BooleanSupplier meanwhile) {
        this.format = format;
        this.geometry = geometry;
        this.whenFull = whenFull;
        half = BlockFormat.half(format);
        hasHalves = half < geometry.events();
        block = new BlockEncoder(format, geometry);
        encoding = new EncodingThread(RUNS_HANDED, LONGEST_HANDED, this::encode, meanwhile);
    }

    /** The block, for the thread that has it. */
    BlockEncoder encoder() {
        return block;
    }

    /** Whether it has two halves, and so few bytes that most blocks end with the second. */
    boolean hasHalves() {
        return hasHalves;
    }

    /** Adds fills; for the thread that has the block. */
    void encode(TlbFills fills) {
        int next = 0;
        while (next < fills.count()) {
            next = block.addFills(fills.words(), next, fills.count());
            endIfFull();
        }
    }

    private void endIfFull() {
        if (block.full()) {
            whenFull.run();
        }
    }

    /** Has the other thread add fills. */
    void hand(TlbFills fills) {
        if (halving) {
            settle();
        }
        hand(fills, 0, fills.count());
    }

    private void hand(TlbFills fills, int from, int to) {
        for (int at = from; at < to; at += LONGEST_HANDED) {
            encoding.hand(fills, at, Math.min(LONGEST_HANDED, to - at));
        }
    }

    /** Has the other thread add the fills that are in the first half of a block, and adds those in the second. */
    void halve(TlbFills fills) {
        if (!halving) {
            encoding.settle();
        }
        long[] words = fills.words();
        int count = fills.count();
        int next = 0;
        while (next < count) {
            if (inSecond) {
                next = second.addFills(words, next, count);
                if (second.full()) {
                    settle();
                    endIfFull();
                }
            } else if (halving) {
                int to = Math.min(count, next + half - handed);
                hand(fills, next, to);
                handed += to - next;
                next = to;
                if (handed == half) {
                    beginSecond(words[(to - 1) * TlbFills.WORDS]);
                }
            } else if (block.count() == 0) {
                halving = true;
                handed = 0;
            } else {
                next = block.addFills(words, next, count);
                endIfFull();
            }
        }
    }

    private void beginSecond(long tickBefore) {
        if (second == null) {
            second = new BlockEncoder(format, geometry);
        }
        second.beginSecondHalf(tickBefore);
        inSecond = true;
    }

    /**
     * Waits until the other thread has nothing more to do, and makes one block of the halves that both have; it may be full.
     *
     * @throws RuntimeException that the other thread came to, or an Error
     */
    void settle() {
        encoding.settle();
        boolean two = inSecond;
        halving = false;
        inSecond = false;
        if (two) {
            if (block.count() == half && second.fits(block)) {
                BlockEncoder first = block;
                second.takeFirstHalf(first);
                block = second;
                second = first;
            } else {
                hasHalves = false;
                encodeAnew();
            }
        }
    }

    /** Adds the fills of the second half again, as the block has so many bytes that it was full before, if only by the last of them. */
    private void encodeAnew() {
        if (second.count() == half) {
            return;
        }
        second.seal();
        BlockDecoder decoder = new BlockDecoder(format);
        decoder.takeSecondHalf(second.bytes(), second.length());
        try {
            while (decoder.left() > 0) {
                decoder.next(again);
            }
        } catch (BlockDecoder.Damaged e) {
            throw new IllegalStateException("what was encoded can be decoded", e);
        }
    }

    /** Waits until a condition holds that the other thread brings about, or until that has nothing more to do. */
    void await(BooleanSupplier until) {
        encoding.await(until);
    }

    /** Whether the other thread has nothing to do. */
    boolean idle() {
        return encoding.idle();
    }

    /** Whether the other thread came to an exception; nothing is added any more. */
    boolean failed() {
        return encoding.failed();
    }

    /** Waits until the other thread has nothing more to do, and ends it; from that thread itself it does nothing. */
    void end() {
        encoding.end();
    }
}

package org.pagetrail.traces.journal;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The order in which two threads use a ring of slots: one fills them, the other empties them.
 *
 * <p>What is in a slot, and all else that both touch, belongs to the one that fills until {@link #filled}, then to the one that empties until
 * {@link #emptied}. Whoever waits spins at first, as most waits take microseconds, then lets others run in between, as the other of the two may
 * be waiting for this processor, and sleeps when it takes long. To wake a sleeper takes a tenth of a millisecond: who went to sleep sooner than that
 * would soon make the other sleep too, and so on. But who was away long when it let others run shares its processor, mostly with the other of the two while another
 * processor is idle, and would go on to for dozens of milliseconds: it sleeps the next time, as a sleeper that wakes is given an idle processor.
 */
final class Handover {
    /** How often is spun before others are let run in between. */
    private static final int SPINS = 100;

    private static final long SLEEPS_AFTER_NANOSECONDS = 1_000_000;

    /** Who let others run and was away for so long shares its processor. */
    private static final long SHARED_AFTER_NANOSECONDS = 8_000;

    private final int slots;
    private final Side fills;
    private final Side empties;
    private final BooleanSupplier hasRoom = this::hasRoom;
    private final BooleanSupplier hasFilled = this::hasFilled;
    private final BooleanSupplier isEmpty = this::isEmpty;
    private volatile long filled;
    private volatile long emptied;
    private volatile boolean ended;

    /** Of so many slots, all empty. */
    Handover(int slots) {
        this(slots, () -> false);
    }

    /**
     * Of so many slots, all empty.
     *
     * @param meanwhile what whoever waits does instead: a few microseconds of something useful; it says whether there was something
     */
    Handover(int slots, BooleanSupplier meanwhile) {
        this.slots = slots;
        fills = new Side(meanwhile);
        empties = new Side(meanwhile);
    }

    /** One of the two threads. */
    private static final class Side {
        private final BooleanSupplier meanwhile;
        private volatile Thread asleep;

        /** Whether it shared its processor when it waited last. */
        private boolean shared;

        Side(BooleanSupplier meanwhile) {
            this.meanwhile = meanwhile;
        }

        @SuppressWarnings("ThreadPriorityCheck")
        void await(BooleanSupplier until) {
            for (int spins = 0; spins < SPINS && !shared; spins++) {
                if (until.getAsBoolean()) {
                    return;
                }
                if (!meanwhile.getAsBoolean()) {
                    Thread.onSpinWait();
                }
            }
            long began = System.nanoTime();
            while (!until.getAsBoolean()) {
                if (meanwhile.getAsBoolean()) {
                    began = System.nanoTime();
                } else if (!shared && System.nanoTime() - began < SLEEPS_AFTER_NANOSECONDS) {
                    yieldProcessor();
                } else {
                    shared = false;
                    sleep(until);
                }
            }
        }

        @SuppressWarnings("ThreadPriorityCheck")
        private void yieldProcessor() {
            long before = System.nanoTime();
            Thread.yield();
            shared = System.nanoTime() - before > SHARED_AFTER_NANOSECONDS;
        }

        private void sleep(BooleanSupplier until) {
            asleep = Thread.currentThread();
            if (!until.getAsBoolean()) {
                LockSupport.park(this);
            }
            asleep = null;
        }

        void wake() {
            Thread sleeping = asleep;
            if (sleeping != null) {
                LockSupport.unpark(sleeping);
            }
        }
    }

    private boolean hasRoom() {
        return filled - emptied < slots || ended;
    }

    private boolean hasFilled() {
        return !isEmpty() || ended;
    }

    /** Whether there is a processor for a second thread. */
    static boolean helps() {
        return Runtime.getRuntime().availableProcessors() > 1;
    }

    /** Throws what the other thread came to, if anything: an Error or a RuntimeException. */
    static void rethrow(Throwable came) {
        if (came instanceof Error error) {
            throw error;
        }
        if (came != null) {
            throw (RuntimeException) came;
        }
    }

    /** Whether all that was filled is emptied. */
    boolean isEmpty() {
        return filled == emptied;
    }

    /** Waits for a slot to fill; which it is, or -1 when it is over. For the thread that fills, as the next three are. */
    int awaitRoom() {
        fills.await(hasRoom);
        return ended ? -1 : (int) (filled % slots);
    }

    /** Hands over the slot that was waited for. */
    void filled() {
        long one = filled;
        filled = one + 1;
        empties.wake();
    }

    /** Waits until all that was filled is emptied. */
    void awaitEmpty() {
        fills.await(isEmpty);
    }

    /** Waits until a condition holds that comes about while slots are emptied. */
    void await(BooleanSupplier until) {
        fills.await(until);
    }

    /** Waits for a slot that is filled; which it is, or -1 when it is over and none is. For the thread that empties, as the next. */
    int awaitFilled() {
        empties.await(hasFilled);
        return isEmpty() ? -1 : (int) (emptied % slots);
    }

    /** Gives back the slot that was waited for. */
    void emptied() {
        long one = emptied;
        emptied = one + 1;
        fills.wake();
    }

    /** Says that it is over; either thread may. */
    void end() {
        ended = true;
        fills.wake();
        empties.wake();
    }
}

package org.pagetrail.traces.journal;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.pagetrail.traces.event.TlbFills;

/**
 * A second thread that works off runs of fills in the order in which one thread, the teller, hands them over.
 *
 * <p>What the work touches belongs to this thread from {@link #hand} on, and to the teller again as soon as it is {@link #idle}. Both
 * wait by spinning at first, as most waits take microseconds, and by sleeping when it takes longer.
 */
final class EncodingThread {
    /** How many runs can be handed over that are not worked off yet: while one is, the next can come. */
    private static final int SLOTS = 2;

    private static final int SPINS = 10_000;
    private static final long NAP_NANOSECONDS = 20_000;

    private final TlbFills[] slots = new TlbFills[SLOTS];
    private final Consumer<TlbFills> work;

    /** Null until the first run is handed over, as many journals have no long ones. */
    private Thread thread;

    private volatile long handed;
    private volatile long done;
    private volatile boolean asleep;
    private volatile boolean ended;
    private volatile Throwable failure;

    /** Does this work with each run that is handed over. */
    EncodingThread(Consumer<TlbFills> work) {
        this.work = work;
    }

    /** Whether there is a processor for it. */
    static boolean helps() {
        return Runtime.getRuntime().availableProcessors() > 1;
    }

    /** Whether everything that was handed over is worked off. */
    boolean idle() {
        return done == handed;
    }

    /**
     * Hands a copy of a run over.
     *
     * @throws RuntimeException that the work on an earlier one came to, or an Error; nothing is worked off any more then
     */
    void hand(TlbFills fills) {
        if (thread == null) {
            start();
        }
        long next = handed;
        for (int waits = 0; next - done == SLOTS; waits++) {
            await(waits);
        }
        rethrow();
        slots[(int) (next % SLOTS)].copy(fills);
        handed = next + 1;
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Waits until everything is worked off.
     *
     * @throws RuntimeException that the work came to, or an Error
     */
    void settle() {
        awaitIdle();
        rethrow();
    }

    /**
     * Waits until everything is worked off, and ends the thread; nothing may be handed over any more. From the work itself it does nothing:
     * the teller may just be handing over.
     */
    void end() {
        if (Thread.currentThread() != thread) {
            awaitIdle();
            ended = true;
            LockSupport.unpark(thread);
        }
    }

    /** Whether the work came to an exception; nothing was worked off after it. */
    boolean failed() {
        return failure != null;
    }

    private void awaitIdle() {
        for (int waits = 0; !idle(); waits++) {
            await(waits);
        }
    }

    /** Waits for a moment that is the longer the more there were. */
    static void await(int waits) {
        if (waits < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(NAP_NANOSECONDS);
        }
    }

    private void rethrow() {
        Throwable came = failure;
        if (came instanceof Error error) {
            throw error;
        }
        if (came != null) {
            throw (RuntimeException) came;
        }
    }

    private void start() {
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new TlbFills();
        }
        thread = new Thread(this::run, "journal");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        for (long next = 0; awaitMoreThan(next); next++) {
            if (failure == null) {
                try {
                    work.accept(slots[(int) (next % SLOTS)]);
                } catch (RuntimeException | Error e) {
                    failure = e;
                }
            }
            done = next + 1;
        }
    }

    /** Waits until more runs than this were handed over; false when none will be. */
    private boolean awaitMoreThan(long runs) {
        for (int waits = 0; handed == runs && !ended; waits++) {
            if (waits < SPINS) {
                Thread.onSpinWait();
            } else {
                asleep = true;
                if (handed == runs && !ended) {
                    LockSupport.park(this);
                }
                asleep = false;
            }
        }
        return handed != runs;
    }
}

package org.pagetrail.traces.journal;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.pagetrail.traces.event.TlbFills;

/**
 * A second thread that works off runs of fills in the order in which one thread, the teller, hands them over.
 *
 * <p>What the work touches belongs to this thread from {@link #hand} on, and to the teller again as soon as it is {@link #idle}.
 */
final class EncodingThread {
    private final TlbFills[] slots;
    private final Handover handover;
    private final int longest;
    private final Consumer<TlbFills> work;

    /** Null until the first run is handed over, as many journals have no long ones. */
    private Thread thread;

    private volatile Throwable failure;

    /**
     * Does this work with each run that is handed over.
     *
     * @param runs how many wait at most, with the one that is worked off
     * @param longest the most fills of a run
     * @param meanwhile what either thread does while it waits for the other, as of {@link Handover}
     */
    EncodingThread(int runs, int longest, Consumer<TlbFills> work, BooleanSupplier meanwhile) {
        slots = new TlbFills[runs];
        this.longest = longest;
        this.work = work;
        handover = new Handover(runs, meanwhile);
    }

    /** Whether everything that was handed over is worked off. */
    boolean idle() {
        return handover.isEmpty();
    }

    /** Whether the work came to an exception; nothing was worked off after it. */
    boolean failed() {
        return failure != null;
    }

    /**
     * Hands a copy of a part of a run over.
     *
     * @throws RuntimeException that the work on an earlier one came to, or an Error; nothing is worked off any more then
     */
    void hand(TlbFills fills, int from, int count) {
        if (thread == null) {
            start();
        }
        int slot = handover.awaitRoom();
        Handover.rethrow(failure);
        slots[slot].copy(fills, from, count);
        handover.filled();
    }

    /**
     * Waits until everything is worked off.
     *
     * @throws RuntimeException that the work came to, or an Error
     */
    void settle() {
        handover.awaitEmpty();
        Handover.rethrow(failure);
    }

    /** Waits until a condition holds that the work brings about, at the latest by the end of the last run. */
    void await(BooleanSupplier until) {
        handover.await(until);
    }

    /**
     * Waits until everything is worked off, and ends the thread; nothing may be handed over any more. From the work itself it does nothing:
     * the teller may just be handing over.
     */
    void end() {
        if (Thread.currentThread() != thread) {
            handover.awaitEmpty();
            handover.end();
        }
    }

    private void start() {
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new TlbFills(longest);
        }
        thread = new Thread(this::run, "journal");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        for (int slot = handover.awaitFilled(); slot >= 0; slot = handover.awaitFilled()) {
            if (failure == null) {
                try {
                    slots[slot].touch();
                    work.accept(slots[slot]);
                } catch (RuntimeException | Error e) {
                    failure = e;
                }
            }
            handover.emptied();
        }
    }
}

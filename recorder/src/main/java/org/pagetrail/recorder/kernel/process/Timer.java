package org.pagetrail.recorder.kernel.process;

import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.Routine;

/** The timer: an interrupt whenever so many cycles have passed, as soon as somebody looks. */
final class Timer {
    static final int VECTOR = 0x20;

    private final KernelCore core;
    private final long period;
    private long next;

    /** With so many cycles between interrupts; 0 for none at all. */
    Timer(KernelCore core, long period) {
        this.core = core;
        this.period = period == 0 ? Long.MAX_VALUE : period;
        next = period == 0 ? Long.MAX_VALUE : core.machine().now() + period;
    }

    /** The tick of the next interrupt. */
    long next() {
        return next;
    }

    /**
     * Interrupts what runs when it is time to. The kernel is in charge then, on the stack of what was interrupted.
     *
     * @param othersAreReady whether another process is to have the processor
     * @return whether what was interrupted goes on
     */
    boolean passes(boolean othersAreReady) {
        if (core.machine().now() < next) {
            return true;
        }
        next = core.machine().now() + period;
        core.machine().interrupt(VECTOR);
        core.routines().handle(Routine.TIMER, core.code()::step);
        return !othersAreReady;
    }
}

package org.pagetrail.recorder.machine;

import org.pagetrail.traces.event.StopReason;

/** Ends the running of a machine, once that has been told. It is control flow, not an error, and has no stack trace. */
public final class MachineStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final StopReason reason;

    MachineStopped(StopReason reason) {
        super("the machine stopped: " + reason, null, false, false);
        this.reason = reason;
    }

    /** Why it stopped. */
    public StopReason reason() {
        return reason;
    }
}

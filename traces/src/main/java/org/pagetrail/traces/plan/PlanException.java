package org.pagetrail.traces.plan;

/** A plan that cannot be used. Its message is the one line to show. */
public final class PlanException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PlanException(String message, Throwable cause) {
        super(message, cause);
    }

    PlanException(String message) {
        super(message);
    }
}

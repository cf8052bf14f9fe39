package org.pagetrail.recorder.scenario;

/** A text that is no scenario. Its message is the one line to show: where, what, what to do. */
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ScenarioException(String message) {
        super(message);
    }

    ScenarioException(String message, Throwable cause) {
        super(message, cause);
    }
}

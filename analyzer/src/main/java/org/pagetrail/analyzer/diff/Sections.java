package org.pagetrail.analyzer.diff;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.pagetrail.traces.event.EventId;

/**
 * The part of a recording that each event belongs to: a phase, or what lies before, between or after phases.
 *
 * <p>A part is named so that it has the same name in another recording of the same kind: by its phase and which of that name it is, or
 * by the phase that it follows. An outer phase goes on under another part's name when an inner one has ended.
 */
final class Sections {
    /** What lies before the first phase. */
    static final String START = "start";

    private final Deque<String> open = new ArrayDeque<>();
    private final Map<String, Integer> used = new HashMap<>();
    private String current = START;

    /** The part that the event to come belongs to. */
    String enter(int id, String phase) {
        if (id == EventId.PHASE_BEGAN) {
            current = numbered(phase);
            open.push(current);
        }
        return current;
    }

    /** The event has been told. */
    void leave(int id) {
        if (id == EventId.PHASE_ENDED && !open.isEmpty()) {
            String ended = open.pop();
            current = open.isEmpty() ? "after " + ended : open.peek() + " after " + ended;
        }
    }

    /** The part that the recording is in. */
    String current() {
        return current;
    }

    private String numbered(String name) {
        int number = used.merge(name, 1, Integer::sum);
        return number == 1 ? name : name + " (" + number + ")";
    }
}

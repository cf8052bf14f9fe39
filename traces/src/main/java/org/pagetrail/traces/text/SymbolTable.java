package org.pagetrail.traces.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceException;

/**
 * The texts that a trace has named so far, their numbers, and the phase that the trace is in.
 *
 * <p>It listens to a trace as any other. Where a filter stands before a writer, let the table hear the whole trace
 * ({@link org.pagetrail.traces.event.EventTee}) and share it with the writer, which then knows the symbols and
 * phases that the filter dropped; {@link EventFilter} does so.
 */
public final class SymbolTable extends FlatEvents {
    private final Map<Long, String> texts = new HashMap<>();
    private final Map<String, Long> ids = new HashMap<>();
    private final Deque<String> phases = new ArrayDeque<>();

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        switch (id) {
            case EventId.SYMBOL_DEFINED -> define(fields[0], text);
            case EventId.PHASE_BEGAN -> phases.push(text(fields[0]));
            case EventId.PHASE_ENDED -> ended(text(fields[0]));
            default -> {}
        }
    }

    private void ended(String name) {
        if (phases.contains(name)) {
            while (!phases.pop().equals(name)) {}
        }
    }

    /**
     * A text got its number. Saying the same again changes nothing.
     *
     * @throws TraceException when the number has another text, or the text another number: who reads the text could not
     *     tell which is meant
     */
    public void define(long id, String text) {
        String other = texts.get(id);
        if (other != null && !other.equals(text)) {
            throw new TraceException("symbol " + id + " was defined before, as another text; record again");
        }
        Long before = ids.get(text);
        if (before != null && before != id) {
            throw new TraceException("the text of symbol " + id + " is that of symbol " + before + "; record again");
        }
        texts.put(id, text);
        ids.put(text, id);
    }

    /** The text with this number, or null. */
    public String find(long id) {
        return texts.get(id);
    }

    /** The text with this number, {@code #number} when none was given to it. */
    public String text(long id) {
        String text = texts.get(id);
        return text == null ? "#" + id : text;
    }

    /** The innermost phase that has begun and not ended, or null. */
    public String phase() {
        return phases.peek();
    }

    /** The number of a text, or null. */
    public Long id(String text) {
        return ids.get(text);
    }
}

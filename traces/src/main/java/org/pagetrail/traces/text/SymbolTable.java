package org.pagetrail.traces.text;

import java.util.HashMap;
import java.util.Map;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceException;

/**
 * The texts that a trace has named so far, and their numbers.
 *
 * <p>It listens to a trace as any other. Where a filter stands before a writer, let the table hear the whole trace
 * ({@link org.pagetrail.traces.event.EventTee}) and share it with the writer, which then knows the symbols whose definitions
 * the filter dropped.
 */
public final class SymbolTable extends FlatEvents {
    private final Map<Long, String> texts = new HashMap<>();
    private final Map<String, Long> ids = new HashMap<>();

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        if (id == EventId.SYMBOL_DEFINED) {
            define(fields[0], text);
        }
    }

    /**
     * A text got its number. Saying the same again changes nothing.
     *
     * @throws TraceException when the number has another text, or the text another number: who reads the text could not
     *     tell which is meant
     */
    public void define(long id, String text) {
        String other = texts.putIfAbsent(id, text);
        if (other != null && !other.equals(text)) {
            throw new TraceException(
                    "symbol " + id + " is '" + other + "' and cannot become '" + text + "'; record again");
        }
        Long before = ids.putIfAbsent(text, id);
        if (before != null && before != id) {
            throw new TraceException(
                    "'" + text + "' is symbol " + before + " and cannot become " + id + "; record again");
        }
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

    /** The number of a text, or null. */
    public Long id(String text) {
        return ids.get(text);
    }
}

package org.pagetrail.traces.text;

import java.util.HashMap;
import java.util.Map;

/** The texts that a trace has named so far. */
public final class SymbolTable {
    private final Map<Long, String> texts = new HashMap<>();
    private final Map<String, Long> ids = new HashMap<>();

    /** A text got its number. */
    public void define(long id, String text) {
        texts.put(id, text);
        ids.putIfAbsent(text, id);
    }

    /** The text with this number, {@code #number} when none was given to it. */
    public String text(long id) {
        String text = texts.get(id);
        return text == null ? "#" + id : text;
    }

    /** Whether the number has a text. */
    public boolean has(long id) {
        return texts.containsKey(id);
    }

    /** The number of a text, or null. */
    public Long id(String text) {
        return ids.get(text);
    }
}

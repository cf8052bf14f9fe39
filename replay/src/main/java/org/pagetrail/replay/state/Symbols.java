package org.pagetrail.replay.state;

import java.util.ArrayList;
import java.util.List;

/** The texts that events name by number. */
final class Symbols {
    /** More than any recording defines: a larger number is damage, not a reason to make a larger list. */
    private static final int LIMIT = 1 << 20;

    private final List<String> texts = new ArrayList<>();

    void define(int id, String text) {
        if (id < 0 || id >= LIMIT) {
            throw StateBuilder.damaged("symbol " + id + " is out of range");
        }
        while (texts.size() <= id) {
            texts.add(null);
        }
        texts.set(id, text);
    }

    /** The text, or the number itself where no event has defined it. */
    String text(int id) {
        String text = id >= 0 && id < texts.size() ? texts.get(id) : null;
        return text == null ? "#" + id : text;
    }

    /** The number that {@link #text} gave this text for. */
    int id(String text) {
        int id = texts.indexOf(text);
        return id >= 0 ? id : Integer.parseInt(text.substring(1));
    }

    List<String> texts() {
        return texts;
    }

    void save(Packer out) {
        out.number(texts.size());
        texts.forEach(out::text);
    }

    void load(Unpacker in) {
        for (int left = in.count(); left > 0; left--) {
            texts.add(in.text());
        }
    }

    Symbols copy() {
        Symbols copy = new Symbols();
        copy.texts.addAll(texts);
        return copy;
    }
}

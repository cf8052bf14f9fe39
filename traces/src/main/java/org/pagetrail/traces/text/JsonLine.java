package org.pagetrail.traces.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.CharBuffer;
import java.util.Arrays;
import org.pagetrail.traces.event.FlatEvents;

/**
 * One line of JSON Lines, taken apart: an object's keys and the values that are no objects or arrays, in the order in
 * which they stand.
 *
 * <p>It is used again for the next line: nothing is kept of a line but the strings in it.
 */
final class JsonLine {
    /** A line is not JSON, or no object. Its message says what is wrong. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final int column;

        Malformed(String message, int column) {
            super(message);
            this.column = column;
        }

        /** The character of the line at which it shows, from 1. */
        int column() {
            return column;
        }
    }

    /** Ordinal, tick, event, the fields and the text. */
    private static final int MOST_KEYS = FlatEvents.MAX_FIELDS + 4;

    private static final int LONGEST_QUOTE = 60;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final String[] keys = new String[MOST_KEYS];
    private final JsonToken[] tokens = new JsonToken[MOST_KEYS];
    private final String[] texts = new String[MOST_KEYS];
    private final long[] numbers = new long[MOST_KEYS];
    private int size;
    private CharBuffer line;

    /** Takes a line apart. */
    void take(CharBuffer text) throws Malformed {
        line = text;
        size = 0;
        Arrays.fill(texts, null);
        try (JsonParser parser = parser()) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed("it is no JSON object", 1);
            }
            for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
                if (find(key, size) >= 0) {
                    throw new Malformed("'" + quotable(key) + "' stands in it twice", column(parser));
                }
                if (size == MOST_KEYS) {
                    throw new Malformed("it has more keys than any event", column(parser));
                }
                keys[size] = key;
                value(parser);
                size++;
            }
            if (parser.nextToken() != null) {
                throw new Malformed("it is no single JSON object: something follows it", column(parser));
            }
        } catch (JsonProcessingException e) {
            throw new Malformed(
                    "it is no JSON: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    column(e.getLocation()));
        } catch (IOException e) {
            throw new Malformed("it is no JSON: " + e.getMessage(), 1);
        }
    }

    private JsonParser parser() throws IOException {
        return JSON.createParser(line.array(), line.arrayOffset() + line.position(), line.remaining());
    }

    private static int column(JsonParser parser) {
        return column(parser.currentTokenLocation());
    }

    private static int column(JsonLocation location) {
        return location == null ? 1 : Math.max(1, location.getColumnNr());
    }

    /** The character of the line at which the value of a key stands, from 1. */
    int column(int at) {
        try (JsonParser parser = parser()) {
            parser.nextToken();
            for (int key = 0; key < at; key++) {
                parser.nextToken();
                parser.nextToken();
                parser.skipChildren();
            }
            parser.nextToken();
            parser.nextToken();
            return column(parser);
        } catch (IOException e) {
            throw new IllegalStateException("the line was taken apart before", e);
        }
    }

    private void value(JsonParser parser) throws IOException, Malformed {
        JsonToken token = parser.nextToken();
        tokens[size] = token;
        if (token == null) {
            throw new Malformed("it ends after '" + quotable(keys[size]) + "'", column(parser));
        }
        switch (token) {
            case VALUE_STRING -> texts[size] = parser.getText();
            case VALUE_NUMBER_INT -> {
                if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw new Malformed(
                            "the number of '" + quotable(keys[size]) + "' is beyond 64 bits", column(parser));
                }
                numbers[size] = parser.getLongValue();
            }
            case START_OBJECT, START_ARRAY -> parser.skipChildren();
            default -> {}
        }
    }

    private int find(String key, int before) {
        for (int i = 0; i < before; i++) {
            if (keys[i].equals(key)) {
                return i;
            }
        }
        return -1;
    }

    /** Where a key stands, or -1; {@code expected} is looked at first. */
    int at(String key, int expected) {
        if (expected < size && keys[expected].equals(key)) {
            return expected;
        }
        return find(key, size);
    }

    /** A text of the line as a message can show it: escaped, and cut when it is long. */
    static String quotable(String text) {
        String start = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
        return String.valueOf(JsonStringEncoder.getInstance().quoteAsString(start));
    }

    /** How many keys there are. */
    int size() {
        return size;
    }

    /** The key at a place. */
    String key(int at) {
        return keys[at];
    }

    /** What the value at a place is. */
    JsonToken token(int at) {
        return tokens[at];
    }

    /** The value at a place when it is a text, else null. */
    String text(int at) {
        return texts[at];
    }

    /** The value at a place when it is a whole number. */
    long number(int at) {
        return numbers[at];
    }

    /** The value at a place as messages show it. */
    String shown(int at) {
        return switch (tokens[at]) {
            case VALUE_STRING -> '"' + quotable(texts[at]) + '"';
            case VALUE_NUMBER_INT -> Long.toString(numbers[at]);
            case VALUE_NUMBER_FLOAT -> "a fraction";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> tokens[at].asString();
        };
    }
}

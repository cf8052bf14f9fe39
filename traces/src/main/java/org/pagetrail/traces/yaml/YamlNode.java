package org.pagetrail.traces.yaml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * A value of a YAML file, which knows its line and column, so that every complaint can name them.
 *
 * <p>A scalar is kept as its text; what it is follows from who asks. The same tree is made from JSON, where places are not known.
 */
public final class YamlNode {
    private static final int MOST_DEPTH = 20;
    private static final List<String> UNITS = List.of("B", "KB", "MB", "GB");

    /**
     * Where something begins; line and column from 1, both 0 when they are not known.
     *
     * @param file what complaints call it
     * @param column in characters
     */
    private record Place(String file, int line, int column) {
        static Place of(JsonParser parser, String file) {
            JsonLocation at = parser.currentTokenLocation();
            return new Place(file, at.getLineNr(), at.getColumnNr());
        }

        @Override
        public String toString() {
            return line == 0 ? file : file + ":" + line + ":" + column;
        }

        YamlException wrong(String what, String whatToDo) {
            return new YamlException(this + ": " + oneLine(what) + "; " + whatToDo);
        }

        /** What is quoted of the file may have line breaks and worse. */
        private static String oneLine(String text) {
            StringBuilder line = new StringBuilder();
            text.chars()
                    .forEach(c -> line.append(
                            Character.isISOControl(c) || c == '\u2028' || c == '\u2029'
                                    ? String.format(Locale.ROOT, "\\u%04x", c)
                                    : Character.toString(c)));
            return line.toString();
        }
    }

    /** What a mapping has under a key, and where the key stands. */
    private record Entry(Place key, YamlNode value) {}

    private final Place place;
    private final String scalar;
    private final Map<String, Entry> entries;
    private final List<YamlNode> items;

    private YamlNode(Place place, String scalar, Map<String, Entry> entries, List<YamlNode> items) {
        this.place = place;
        this.scalar = scalar;
        this.entries = entries;
        this.items = items;
    }

    /**
     * The root of a file.
     *
     * @throws YamlException when it cannot be read, or is no YAML
     */
    public static YamlNode read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new YamlException(file + " does not exist", e);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new YamlException(file + " is no UTF-8 text", e);
        } catch (IOException e) {
            throw new YamlException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The root of a text.
     *
     * @param name what complaints call it
     * @throws YamlException when it is no YAML
     */
    public static YamlNode parse(String text, String name) {
        try (JsonParser parser = new YAMLFactory().createParser(text)) {
            if (parser.nextToken() == null) {
                throw new Place(name, 1, 1).wrong("nothing is in it", "write it, or name another file");
            }
            YamlNode root = node(parser, name, 0);
            if (parser.nextToken() != null) {
                throw root.wrong("a second document follows", "keep one in a file");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw noYaml(e, name);
        } catch (IOException | RuntimeException e) {
            if (e instanceof YamlException known) {
                throw known;
            }
            throw new YamlException(name + ": no YAML: " + e.getClass().getSimpleName() + "; mend the file", e);
        }
    }

    private static YamlException noYaml(JsonProcessingException e, String name) {
        // The parser's own message is of several lines and begins with where it was, not with what it met.
        String what = e.getOriginalMessage();
        JsonLocation at = e.getLocation();
        Place place = at == null ? new Place(name, 1, 1) : new Place(name, at.getLineNr(), at.getColumnNr());
        if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            Mark mark = marked.getProblemMark();
            what = marked.getProblem();
            place = new Place(name, mark.getLine() + 1, mark.getColumn() + 1);
        }
        what = what.lines().findFirst().orElse("malformed");
        return new YamlException(place + ": no YAML: " + what + "; mend the line", e);
    }

    private static YamlNode node(JsonParser parser, String file, int depth) throws IOException {
        Place place = Place.of(parser, file);
        if (depth > MOST_DEPTH) {
            throw place.wrong("nested more than " + MOST_DEPTH + " deep", "flatten it");
        }
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw place.wrong("'*" + parser.getText() + "' is an alias", "write out what it stands for");
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, Entry> entries = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                Place key = Place.of(parser, file);
                parser.nextToken();
                if (entries.put(name, new Entry(key, node(parser, file, depth + 1))) != null) {
                    throw key.wrong("'" + name + "' is given twice", "keep one");
                }
            }
            return new YamlNode(place, null, entries, null);
        }
        if (token == JsonToken.START_ARRAY) {
            List<YamlNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(parser, file, depth + 1));
            }
            return new YamlNode(place, null, null, items);
        }
        return new YamlNode(place, token == JsonToken.VALUE_NULL ? null : parser.getText(), null, null);
    }

    /**
     * The same tree from JSON.
     *
     * @param name what complaints call it
     */
    public static YamlNode of(JsonNode json, String name) {
        Place unknown = new Place(name, 0, 0);
        if (json.isObject()) {
            Map<String, Entry> entries = new LinkedHashMap<>();
            json.properties()
                    .forEach(entry -> entries.put(entry.getKey(), new Entry(unknown, of(entry.getValue(), name))));
            return new YamlNode(unknown, null, entries, null);
        }
        if (json.isArray()) {
            List<YamlNode> items = new ArrayList<>();
            json.forEach(item -> items.add(of(item, name)));
            return new YamlNode(unknown, null, null, items);
        }
        return new YamlNode(unknown, json.isNull() ? null : json.asText(), null, null);
    }

    /** The line, from 1; 0 when it is not known. */
    public int line() {
        return place.line();
    }

    /** The column, from 1, in characters; 0 when it is not known. */
    public int column() {
        return place.column();
    }

    /** {@code FILE:LINE:COLUMN}, or only the file when line and column are not known. */
    public String where() {
        return place.toString();
    }

    /** A complaint about this value. */
    public YamlException wrong(String what, String whatToDo) {
        return place.wrong(what, whatToDo);
    }

    /**
     * Sees to it that this is a mapping with no other keys than these.
     *
     * @throws YamlException naming the first other key and where it stands
     */
    public YamlNode only(String... keys) {
        Set<String> known = Set.of(keys);
        for (Map.Entry<String, Entry> entry : entries().entrySet()) {
            if (!known.contains(entry.getKey())) {
                List<String> sorted = known.stream().sorted().toList();
                throw entry.getValue()
                        .key()
                        .wrong("unknown key '" + entry.getKey() + "'", "known here: " + String.join(", ", sorted));
            }
        }
        return this;
    }

    private Map<String, Entry> entries() {
        if (entries == null) {
            throw wrong("a mapping of keys to values belongs here", "write it as 'key: value' lines");
        }
        return entries;
    }

    /** The keys of a mapping, in order. */
    public Collection<String> keys() {
        return entries().keySet();
    }

    /** Whether the mapping has the key, with a value. */
    public boolean has(String key) {
        Entry entry = entries().get(key);
        return entry != null && !entry.value().isNull();
    }

    /** Whether there is no value. */
    public boolean isNull() {
        return scalar == null && entries == null && items == null;
    }

    /** Whether this is neither a mapping nor a list nor nothing. */
    public boolean isScalar() {
        return scalar != null;
    }

    /** The value of a key. */
    public YamlNode get(String key) {
        if (!has(key)) {
            Entry empty = entries.get(key);
            throw empty == null
                    ? wrong("'" + key + "' is missing", "add it")
                    : empty.key().wrong("'" + key + "' has no value", "add it");
        }
        return entries.get(key).value();
    }

    /** The items of a list. */
    public List<YamlNode> items() {
        if (items == null) {
            throw wrong("a list belongs here", "write it as '- item' lines");
        }
        return items;
    }

    /** The items of the list under a key, none when the key is missing. */
    public List<YamlNode> items(String key) {
        return has(key) ? get(key).items() : List.of();
    }

    /** The text of a scalar. */
    public String text() {
        if (scalar == null) {
            throw wrong("a text belongs here", "give one value");
        }
        return scalar;
    }

    /** True or false. */
    public boolean truth() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong("'" + scalar + "' is neither true nor false", "write one of them");
        };
    }

    /** A whole number, decimal or with 0x, within bounds. */
    public long number(long least, long most) {
        long value;
        try {
            String lean = text().replace("_", "");
            value = lean.startsWith("0x") ? Long.parseUnsignedLong(lean.substring(2), 16) : Long.parseLong(lean);
        } catch (NumberFormatException e) {
            throw wrong("'" + scalar + "' is no whole number", "write it in decimal or as 0x...");
        }
        if (value < least || value > most) {
            throw wrong("'" + scalar + "' is out of range", "it goes from " + least + " to " + most);
        }
        return value;
    }

    /** A 32-bit address. */
    public long address() {
        String text = text();
        long value = number(Long.MIN_VALUE, Long.MAX_VALUE);
        if (value < 0 || value > 0xffff_ffffL) {
            throw wrong("'" + text + "' is no 32-bit address", "it goes from 0x00000000 to 0xffffffff");
        }
        return value;
    }

    /** Bytes, as {@code 4096}, {@code 4 KB}, {@code 1,008 MB}; the units are powers of 1,024. */
    public long size() {
        return size(text());
    }

    /** Bytes as {@link #size}, or rounded, with a {@code ~} before it. */
    public long roundedSize() {
        String text = text().trim();
        return size(text.startsWith("~") ? text.substring(1) : text);
    }

    private long size(String text) {
        String[] parts = text.replace(",", "").trim().split("\\s+", -1);
        int unit = parts.length == 1 ? 0 : UNITS.indexOf(parts[1].toUpperCase(Locale.ROOT));
        if (parts.length > 2 || unit < 0 || !parts[0].matches("[0-9]{1,10}")) {
            throw wrong("'" + scalar + "' is no size", "write it as 4 KB, 64 MB, 1 GB or a number of bytes");
        }
        return Long.parseLong(parts[0]) << 10 * unit;
    }

    /** One of these words. */
    public String oneOf(String... words) {
        if (!List.of(words).contains(text())) {
            throw wrong("'" + scalar + "' is not known here", "use one of " + String.join(", ", words));
        }
        return scalar;
    }
}

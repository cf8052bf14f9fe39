package org.pagetrail.traces.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FieldKind;
import org.pagetrail.traces.event.Rights;

/**
 * A line that is an event in canonical form, read straight from its bytes: what nearly every line of a trace is.
 *
 * <pre>
 *   {"ordinal":790,"tick":1562,"event":"page-mapped","table":"0x00200000","slot":768,...}
 * </pre>
 *
 * <p>It says only whether the line is one, never what is wrong with it: any other line is for {@link JsonLine}, which takes all
 * forms of JSON and names what it refuses. Lines with texts that are escaped or not ASCII, and {@code symbol-defined}, count as other
 * lines.
 */
final class CanonicalLine {
    private static final byte[] ORDINAL = bytes("{\"" + JsonLines.ORDINAL + "\":");
    private static final byte[] TICK = bytes(",\"" + JsonLines.TICK + "\":");
    private static final byte[] EVENT = bytes(",\"" + JsonLines.EVENT + "\":");
    private static final byte[] TRUE = bytes("true");
    private static final byte[] FALSE = bytes("false");
    private static final byte[] NULL = bytes("null");

    /** Numbers of so many digits fit, whatever they are. */
    private static final int SAFE_DIGITS = 18;

    private static final int HEX_DIGITS = 8;
    private static final int MOST_HEX_DIGITS = 16;

    /** Event types by the hash of their quoted name, in a table with gaps. */
    private static final int SLOTS = 1 << 10;

    private static final Shape[] SHAPES = new Shape[SLOTS];

    static {
        for (EventType type : EventCatalog.get().types()) {
            Shape shape = new Shape(type);
            int slot = hash(shape.name, 0, shape.name.length);
            while (SHAPES[slot] != null) {
                slot = slot + 1 & SLOTS - 1;
            }
            SHAPES[slot] = shape;
        }
    }

    private final SymbolTable symbols;
    private final long[] fields;
    private byte[] bytes;
    private int at;
    private int end;
    private long ordinal;
    private long tick;
    private long number;
    private Shape shape;

    /** An event as its line has it: bytes before each value, and the texts of codes. */
    private static final class Shape {
        private final EventType type;
        private final byte[] name;
        private final EventField[] described;
        private final FieldKind[] kinds;
        private final byte[][] keys;
        private final byte[][][] codes;

        Shape(EventType type) {
            this.type = type;
            List<EventField> fields = type.fields();
            name = bytes('"' + type.name() + '"');
            described = fields.toArray(EventField[]::new);
            kinds = fields.stream().map(EventField::kind).toArray(FieldKind[]::new);
            keys = fields.stream()
                    .map(field -> bytes(",\"" + field.name() + "\":"))
                    .toArray(byte[][]::new);
            codes = fields.stream()
                    .map(field -> field.codes().stream()
                            .map(code -> bytes('"' + code + '"'))
                            .toArray(byte[][]::new))
                    .toArray(byte[][][]::new);
        }
    }

    /**
     * Reads lines into an array of fields.
     *
     * @param symbols the texts that were defined before the line
     * @param fields of the event, in declared order, when a line was taken
     */
    CanonicalLine(SymbolTable symbols, long[] fields) {
        this.symbols = symbols;
        this.fields = fields;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static int hash(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return (hash ^ hash >>> 15) & SLOTS - 1;
    }

    EventType type() {
        return shape.type;
    }

    long ordinal() {
        return ordinal;
    }

    long tick() {
        return tick;
    }

    /** Takes a line; false when it is another, and nothing of what was taken is of use then. */
    boolean take(byte[] line, int from, int length) {
        bytes = line;
        at = from;
        end = from + length;
        if (!is(ORDINAL) || !digits()) {
            return false;
        }
        ordinal = number;
        if (!is(TICK) || !digits()) {
            return false;
        }
        tick = number;
        if (!is(EVENT) || !name() || shape.type.id() == EventId.SYMBOL_DEFINED) {
            return false;
        }
        for (int i = 0; i < shape.keys.length; i++) {
            if (!is(shape.keys[i]) || !value(i) || !FieldRange.holds(shape.described[i], number)) {
                return false;
            }
            fields[i] = number;
        }
        return at == end - 1 && bytes[at] == '}';
    }

    /** Whether these bytes come next; passes over them. */
    private boolean is(byte[] expected) {
        int to = at + expected.length;
        if (to > end || !Arrays.equals(bytes, at, to, expected, 0, expected.length)) {
            return false;
        }
        at = to;
        return true;
    }

    private boolean name() {
        int to = quoted();
        if (to < 0) {
            return false;
        }
        for (int slot = hash(bytes, at, to); SHAPES[slot] != null; slot = slot + 1 & SLOTS - 1) {
            shape = SHAPES[slot];
            if (is(shape.name)) {
                return true;
            }
        }
        return false;
    }

    /** Where the text that begins here ends, its quotation marks included; -1 when it is none, or not plain. */
    private int quoted() {
        if (at >= end || bytes[at] != '"') {
            return -1;
        }
        for (int i = at + 1; i < end; i++) {
            byte b = bytes[i];
            if (b == '"') {
                return i + 1;
            }
            if (b < ' ' || b == '\\') {
                return -1;
            }
        }
        return -1;
    }

    /** A number without sign, fraction or needless zeros. */
    private boolean digits() {
        int from = at;
        long value = 0;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            value = value * 10 + bytes[at++] - '0';
        }
        number = value;
        int count = at - from;
        return count > 0 && count <= SAFE_DIGITS && (count == 1 || bytes[from] != '0');
    }

    private boolean value(int i) {
        return switch (shape.kinds[i]) {
            case LINEAR, PHYSICAL, ENTRY, VALUE, ERROR_CODE -> hex();
            case PAGE, FRAME -> page();
            case COUNT, BYTES, INDEX, LEVEL, PRIVILEGE, PID -> digits();
            case OPTIONAL_INDEX -> digits() || none();
            case FLAG -> flag();
            case RIGHTS -> rights();
            case SYMBOL -> symbol();
            case CODE -> code(shape.codes[i]);
        };
    }

    private boolean hex() {
        if (at + 3 + HEX_DIGITS >= end || bytes[at] != '"' || bytes[at + 1] != '0' || bytes[at + 2] != 'x') {
            return false;
        }
        at += 3;
        int from = at;
        long value = 0;
        while (at < end) {
            byte b = bytes[at];
            int digit = b >= '0' && b <= '9' ? b - '0' : b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
            if (digit < 0) {
                break;
            }
            value = value << 4 | digit;
            at++;
        }
        number = value;
        int count = at - from;
        boolean form = count == HEX_DIGITS || count > HEX_DIGITS && count <= MOST_HEX_DIGITS && bytes[from] != '0';
        return form && at < end && bytes[at++] == '"';
    }

    private boolean page() {
        boolean whole = hex() && number << Long.SIZE - JsonLines.PAGE_SHIFT == 0;
        number >>>= JsonLines.PAGE_SHIFT;
        return whole;
    }

    private boolean none() {
        number = -1;
        return is(NULL);
    }

    private boolean flag() {
        boolean set = is(TRUE);
        number = set ? 1 : 0;
        return set || is(FALSE);
    }

    private boolean rights() {
        long rights = column(1, 'r', Rights.READ)
                | column(2, 'w', Rights.WRITE)
                | column(3, 'x', Rights.EXECUTE)
                | column(4, 'u', Rights.USER);
        if (rights < 0 || bytes[at] != '"' || bytes[at + 5] != '"') {
            return false;
        }
        number = rights;
        at += 6;
        return true;
    }

    private long column(int offset, char letter, int right) {
        if (at + 5 >= end) {
            return -1;
        }
        byte b = bytes[at + offset];
        return b == letter ? right : b == '-' ? 0 : -1;
    }

    private boolean symbol() {
        int to = quoted();
        if (to < 0) {
            return false;
        }
        Long id = symbols.id(new String(bytes, at + 1, to - at - 2, StandardCharsets.US_ASCII));
        if (id == null) {
            return false;
        }
        number = id;
        at = to;
        return true;
    }

    private boolean code(byte[][] codes) {
        for (int code = 0; code < codes.length; code++) {
            if (is(codes[code])) {
                number = code;
                return true;
            }
        }
        return false;
    }
}

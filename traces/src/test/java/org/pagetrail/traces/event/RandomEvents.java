package org.pagetrail.traces.event;

import java.util.List;
import java.util.Random;

/** Makes events of the whole vocabulary with fields that are pseudo-random, each within what its kind allows. */
public final class RandomEvents {
    private static final String[] TEXTS = {
        "B1", "S5", "", " ", "\"quoted\"", "back\\slash", "tab\tline\nend", "é 中 \ud83d\ude00", "\u2028\u0000"
    };

    private final Random random;
    private final TraceEvents out;
    private int symbols;
    private long tick;

    /** Tells them to {@code out}. */
    public RandomEvents(long seed, TraceEvents out) {
        random = new Random(seed);
        this.out = out;
    }

    /** Tells one event of every kind, in the order of their numbers. */
    public RandomEvents oneOfEach() {
        for (EventType type : EventCatalog.get().types()) {
            tell(type);
        }
        return this;
    }

    /** Tells so many events of any kinds. */
    public RandomEvents some(int count) {
        List<EventType> types = List.copyOf(EventCatalog.get().types());
        for (int i = 0; i < count; i++) {
            tell(symbols == 0 ? types.get(0) : types.get(random.nextInt(types.size())));
        }
        return this;
    }

    private void tell(EventType type) {
        tick += random.nextInt(4) == 0 ? 0 : random.nextInt(1000);
        long[] fields = new long[FlatEvents.MAX_FIELDS];
        for (int i = 0; i < type.fields().size(); i++) {
            fields[i] = value(type.fields().get(i));
        }
        String text = null;
        if (type.hasText()) {
            text = symbols < TEXTS.length ? TEXTS[symbols] : "symbol " + symbols;
            fields[0] = symbols++;
        }
        EventDispatch.dispatch(type.id(), tick, fields, text, out);
    }

    private long value(EventField field) {
        return switch (field.kind()) {
            case LINEAR, PHYSICAL, ENTRY, VALUE -> random.nextLong() >>> random.nextInt(Long.SIZE);
            case PAGE, FRAME -> random.nextLong() >>> 12 + random.nextInt(52);
            case COUNT, BYTES -> random.nextLong() >>> 1 + random.nextInt(63);
            case INDEX, PID, ERROR_CODE -> random.nextInt() >>> 1 + random.nextInt(31);
            case OPTIONAL_INDEX -> random.nextInt(8) - 1;
            case LEVEL -> 1 + random.nextInt(5);
            case PRIVILEGE -> random.nextInt(4);
            case FLAG -> random.nextInt(2);
            case RIGHTS -> random.nextInt(16);
            case SYMBOL -> random.nextInt(symbols);
            case CODE -> random.nextInt(field.codes().size());
        };
    }
}

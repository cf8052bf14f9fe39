package org.pagetrail.traces.event;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The vocabulary as data, read once by reflection from {@link TraceEvents}. */
public final class EventCatalog {
    /**
     * SHA-256 of the vocabulary's canonical listing, as a journal's header carries it.
     *
     * <p>Written down so that a reader can compare it without the cost of reflection; a test compares it with
     * {@link #computeDigest}.
     */
    public static final String DIGEST = "579e907118b4ac6cbf88c4a143b39eb78c08db2c28faf11e2d013b85fdc1c511";

    private static final EventCatalog INSTANCE = new EventCatalog();

    private final EventType[] byId = new EventType[EventId.LIMIT];
    private final Map<String, EventType> byName = new TreeMap<>();
    private final List<EventType> inOrder;

    private EventCatalog() {
        for (Method method : TraceEvents.class.getMethods()) {
            Event event = method.getAnnotation(Event.class);
            if (method.isDefault()) {
                // Another way to tell events that are events already.
                continue;
            }
            if (event == null) {
                throw new IllegalStateException("not annotated as an event: " + method);
            }
            EventType type = read(method, event);
            if (byId[type.id()] != null || byName.put(type.name(), type) != null) {
                throw new IllegalStateException("two events have the number or name of " + method);
            }
            byId[type.id()] = type;
        }
        inOrder = Arrays.stream(byId).filter(type -> type != null).toList();
    }

    private static EventType read(Method method, Event event) {
        List<EventField> fields = new ArrayList<>();
        boolean hasText = false;
        Parameter[] parameters = method.getParameters();
        if (parameters[0].getAnnotation(Kinds.Tick.class) == null) {
            throw new IllegalStateException("the first parameter is not the tick: " + method);
        }
        for (int i = 1; i < parameters.length; i++) {
            if (parameters[i].getType() == String.class) {
                hasText = true;
            } else {
                fields.add(read(parameters[i]));
            }
        }
        return new EventType(
                event.id(),
                kebab(method.getName()),
                method.getName(),
                event.says(),
                event.since(),
                List.copyOf(fields),
                hasText);
    }

    private static EventField read(Parameter parameter) {
        for (Annotation annotation : parameter.getAnnotations()) {
            Kinds.Kind kind = annotation.annotationType().getAnnotation(Kinds.Kind.class);
            if (kind != null) {
                List<String> codes = List.of();
                if (annotation instanceof Kinds.Code code) {
                    codes = Arrays.stream(code.value().getEnumConstants())
                            .map(EventCatalog::code)
                            .toList();
                }
                return new EventField(parameter.getName(), kind.value(), codes);
            }
        }
        throw new IllegalStateException("no kind says what this parameter is: " + parameter);
    }

    /** The one catalog of the running version. */
    public static EventCatalog get() {
        return INSTANCE;
    }

    /** All events, by number. */
    public Collection<EventType> types() {
        return Collections.unmodifiableList(inOrder);
    }

    /** The event with this number, or null. */
    public EventType byId(int id) {
        return id < 0 || id >= byId.length ? null : byId[id];
    }

    /** The event with this name in text, or null. */
    public EventType byName(String name) {
        return byName.get(name);
    }

    /** An enumeration's constant in text: {@code CR4_PGE} is {@code cr4-pge}. */
    public static String code(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code tlbFilled} is {@code tlb-filled}. */
    static String kebab(String camel) {
        StringBuilder text = new StringBuilder();
        for (char c : camel.toCharArray()) {
            if (Character.isUpperCase(c)) {
                text.append('-');
            }
            text.append(Character.toLowerCase(c));
        }
        return text.toString();
    }

    /** The canonical listing: a line an event, with number, name, version, and each field's name, kind and codes. */
    public String listing() {
        StringBuilder text = new StringBuilder();
        for (EventType type : inOrder) {
            text.append(type.id()).append(' ').append(type.name()).append(' ').append(type.since());
            for (EventField field : type.fields()) {
                text.append(' ').append(field.name()).append(':').append(field.kind());
                if (!field.codes().isEmpty()) {
                    text.append('=').append(String.join("|", field.codes()));
                }
            }
            text.append(type.hasText() ? " text\n" : "\n");
        }
        return text.toString();
    }

    /** SHA-256 of {@link #listing}, as hexadecimal digits. */
    public String computeDigest() {
        try {
            byte[] bytes = listing().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

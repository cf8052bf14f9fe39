package org.pagetrail.traces.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vocabulary, the catalog, and the two lists that say the same as data. */
class VocabularyTest {
    private static final long SEED = 20_260_101;
    private static final Set<FieldKind> WIDE = EnumSet.of(
            FieldKind.LINEAR,
            FieldKind.PHYSICAL,
            FieldKind.PAGE,
            FieldKind.FRAME,
            FieldKind.ENTRY,
            FieldKind.VALUE,
            FieldKind.COUNT,
            FieldKind.BYTES);

    static List<Method> methods() {
        return Arrays.stream(TraceEvents.class.getMethods())
                .filter(method -> !method.isDefault())
                .toList();
    }

    private static List<String> lines(String resource) throws IOException {
        try (InputStream stream = VocabularyTest.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static String shown(Method method, Object[] arguments) {
        return method.getName() + Arrays.toString(arguments);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void anEventGoesThroughDataAndBackWithAllItsFields(Method method) throws Exception {
        Random random = new Random(SEED ^ method.getName().hashCode());
        String[] heard = new String[1];
        TraceEvents listener = (TraceEvents) Proxy.newProxyInstance(
                TraceEvents.class.getClassLoader(), new Class<?>[] {TraceEvents.class}, (proxy, told, arguments) -> {
                    assertNull(heard[0], "told twice");
                    heard[0] = shown(told, arguments);
                    return null;
                });
        ToldEvents flat = new ToldEvents();
        for (int i = 0; i < 100; i++) {
            Object[] arguments = arguments(method, random);
            heard[0] = null;
            flat.events().clear();
            method.invoke(flat, arguments);
            assertEquals(1, flat.events().size());
            ToldEvents.Told told = flat.events().get(0);
            assertData(method, arguments, told);
            told.tell(listener);
            assertEquals(shown(method, arguments), heard[0], () -> "seed " + SEED);
        }
    }

    private static Object[] arguments(Method method, Random random) {
        return Arrays.stream(method.getParameterTypes())
                .map(type -> {
                    if (type == long.class) {
                        return (Object) random.nextLong();
                    }
                    return type == int.class ? (Object) random.nextInt() : "text " + random.nextInt();
                })
                .toArray();
    }

    private static void assertData(Method method, Object[] arguments, ToldEvents.Told told) {
        assertEquals(method.getAnnotation(Event.class).id(), told.id());
        assertEquals(arguments[0], told.tick());
        long[] numbers = Arrays.stream(arguments)
                .skip(1)
                .filter(Number.class::isInstance)
                .mapToLong(number -> ((Number) number).longValue())
                .toArray();
        assertArrayEquals(
                numbers, told.fields().stream().mapToLong(Long::longValue).toArray());
        Object last = arguments[arguments.length - 1];
        assertEquals(last instanceof String ? last : null, told.text());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyParameterIsTheTickOrHasOneKindOfItsWidth(Method method) {
        Parameter[] parameters = method.getParameters();
        assertNotNull(parameters[0].getAnnotation(Kinds.Tick.class));
        assertEquals(long.class, parameters[0].getType());
        for (Parameter parameter : Arrays.asList(parameters).subList(1, parameters.length)) {
            List<FieldKind> kinds = Arrays.stream(parameter.getAnnotations())
                    .map(Annotation::annotationType)
                    .map(type -> type.getAnnotation(Kinds.Kind.class).value())
                    .toList();
            if (parameter.getType() == String.class) {
                assertEquals(List.of(), kinds);
            } else {
                assertEquals(1, kinds.size(), parameter.toString());
                assertEquals(
                        WIDE.contains(kinds.get(0)) ? long.class : int.class,
                        parameter.getType(),
                        parameter.toString());
            }
        }
    }

    @Test
    void everyKindHasItsAnnotation() {
        Set<FieldKind> kinds = EnumSet.noneOf(FieldKind.class);
        for (Class<?> annotation : Kinds.class.getDeclaredClasses()) {
            Kinds.Kind kind = annotation.getAnnotation(Kinds.Kind.class);
            if (kind != null) {
                assertTrue(kinds.add(kind.value()), () -> kind.value() + " has two annotations");
            }
        }
        assertEquals(EnumSet.allOf(FieldKind.class), kinds);
    }

    @Test
    void theNumbersInDispatchAreThoseOfTheCatalog() {
        ToldEvents nobody = new ToldEvents();
        for (int id = -1; id <= EventId.LIMIT; id++) {
            int number = id;
            assertEquals(EventCatalog.get().byId(id) != null, EventDispatch.has(id), "event " + id);
            if (!EventDispatch.has(id)) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> EventDispatch.dispatch(number, 0, new long[FlatEvents.MAX_FIELDS], null, nobody));
            }
        }
    }

    @Test
    void theLimitIsTheNumberAfterTheLastAndTheMostFieldsAreThoseOfTheLongest() {
        int last = 0;
        int most = 0;
        for (EventType type : EventCatalog.get().types()) {
            last = type.id();
            most = Math.max(most, type.fields().size());
        }
        assertEquals(last + 1, EventId.LIMIT);
        assertEquals(most, FlatEvents.MAX_FIELDS);
        assertNull(EventCatalog.get().byId(EventId.LIMIT));
        assertNull(EventCatalog.get().byId(-1));
        assertNull(EventCatalog.get().byName("no-such-event"));
    }

    /** The file may only grow: journals and portable traces that exist go on meaning what they meant. */
    @Test
    void everyNumberNameAndVersionThatWasGivenOutStaysWhatItIs() throws IOException {
        List<String> now = EventCatalog.get().types().stream()
                .map(type -> type.id() + " " + type.name() + " " + type.since())
                .toList();
        assertEquals(lines("events-given-out.txt"), now, "events may be added, with the format version that adds them");
    }

    /** Codes are told by their position: they may only be added at the end. */
    @Test
    void everyCodeThatWasGivenOutKeepsItsPosition() throws IOException {
        Map<String, List<String>> now = new TreeMap<>();
        for (Method method : methods()) {
            for (Parameter parameter : method.getParameters()) {
                Kinds.Code code = parameter.getAnnotation(Kinds.Code.class);
                if (code != null) {
                    List<String> names = Arrays.stream(code.value().getEnumConstants())
                            .map(EventCatalog::code)
                            .toList();
                    now.put(code.value().getSimpleName(), names);
                }
            }
        }
        List<String> listed = now.entrySet().stream()
                .map(entry -> entry.getKey() + " " + String.join(" ", entry.getValue()))
                .toList();
        assertEquals(lines("codes-given-out.txt"), listed, "codes may be added at the end");
    }

    @Test
    void everyEventSaysInASentenceWhatHappened() {
        Set<String> sentences = new TreeSet<>();
        for (EventType type : EventCatalog.get().types()) {
            assertTrue(type.says().matches("[A-Z].*\\."), type.says());
            assertTrue(sentences.add(type.says()), () -> "said twice: " + type.says());
        }
    }

    @Test
    void aFieldNameIsUsedOnceInAnEventAndIsNoneOfTheKeysThatEveryEventHas() {
        for (EventType type : EventCatalog.get().types()) {
            Set<String> names = new TreeSet<>(List.of("ordinal", "tick", "event", "text"));
            for (EventField field : type.fields()) {
                assertTrue(names.add(field.name()), () -> type.name() + " has " + field.name() + " twice");
                assertEquals(field.kind() == FieldKind.CODE, !field.codes().isEmpty());
            }
        }
    }

    @Test
    void namesAreKebabCaseOfTheMethods() {
        assertEquals("tlb-filled", EventCatalog.kebab("tlbFilled"));
        assertEquals("tlbFilled", EventCatalog.get().byId(EventId.TLB_FILLED).method());
        assertEquals("cr4-pge", EventCatalog.code(FlushCause.CR4_PGE));
        assertEquals("walk", EventCatalog.code(EntryCause.WALK));
    }

    @Test
    void aFamilyHasTheNumbersFromItsFirstToTheNextFamilys() {
        assertEquals(EventFamily.STRUCTURE, EventFamily.of(EventId.SYMBOL_DEFINED));
        assertEquals(EventFamily.STRUCTURE, EventFamily.of(EventId.MEMORY_REGION_REPORTED - 1));
        assertEquals(EventFamily.FIRMWARE, EventFamily.of(EventId.MEMORY_REGION_REPORTED));
        assertEquals(EventFamily.PAGING_ENTRIES, EventFamily.of(EventId.ENTRY_MARKED));
        assertEquals(EventFamily.TLB, EventCatalog.get().byName("tlb-filled").family());
        assertEquals(EventFamily.ACCESSES, EventFamily.of(EventId.LIMIT));
        assertEquals("TLB", EventFamily.TLB.title());
    }

    @Test
    void aTeeTellsTheFirstThenTheSecond() {
        ToldEvents first = new ToldEvents();
        ToldEvents second = new ToldEvents();
        new RandomEvents(SEED, new EventTee(first, second)).oneOfEach();
        assertEquals(EventCatalog.get().types().size(), first.events().size());
        assertEquals(first.events(), second.events());
    }

    @Test
    void countsAreByKindAndInTotal() {
        EventCounts counts = new EventCounts();
        assertEquals(0, counts.lastTick());
        assertTrue(counts.byId().isEmpty());
        counts.frameCleared(5, 1);
        counts.frameCleared(7, 2);
        counts.phaseBegan(9, 0);
        assertEquals(2, counts.of(EventId.FRAME_CLEARED));
        assertEquals(3, counts.total());
        assertEquals(9, counts.lastTick());
        assertEquals(Map.of(EventId.FRAME_CLEARED, 2L, EventId.PHASE_BEGAN, 1L), counts.byId());
        assertFalse(counts.byId().containsKey(EventId.ACCESSED));
    }
}

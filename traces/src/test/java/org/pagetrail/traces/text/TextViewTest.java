package org.pagetrail.traces.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.Golden;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.EventType;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.ToldEvents;
import org.pagetrail.traces.ia32.Ia32Paging;

class TextViewTest {
    private final StringWriter text = new StringWriter();
    private final EventCounts counts = new EventCounts();
    private final TextView view = new TextView(text, Ia32Paging.MODE, () -> counts.total() - 1, new SymbolTable());

    @Test
    void theStoryHasAnEventOfEveryKind() {
        ToldEvents told = new ToldEvents();
        Story.tell(told);
        TreeSet<Integer> ids = new TreeSet<>();
        told.events().forEach(event -> ids.add(event.id()));
        assertEquals(EventCatalog.get().types().size(), ids.size());
    }

    @Test
    void everyEventReadsAsInTheKeptView() throws IOException {
        view.heading();
        Story.tell(new EventTee(counts, view));
        Golden.assertIs(Golden.inModule("src/test/resources/org/pagetrail/traces/text/view.txt"), text.toString());
        assertFalse(text.toString().contains(" \n"), "no line ends with a space");
    }

    @Test
    void anEventWithValuesThatMeanNothingIsShownAllTheSame() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            for (EventType type : EventCatalog.get().types()) {
                long[] fields = new long[FlatEvents.MAX_FIELDS];
                for (int i = 0; i < fields.length; i++) {
                    fields[i] = random.nextLong() >> random.nextInt(64);
                }
                String symbol = type.hasText() ? "symbol " + round : null;
                fields[0] = type.hasText() ? round : fields[0];
                EventDispatch.dispatch(type.id(), 0, fields, symbol, view);
            }
        }
        assertEquals(
                200L * EventCatalog.get().types().size(),
                text.toString().lines().count(),
                () -> "seed " + seed);
        assertTrue(text.toString().contains("?"));
    }

    @Test
    void thePhaseIsKnownFromASharedTable() {
        SymbolTable symbols = new SymbolTable();
        symbols.define(7, "S5");
        symbols.phaseBegan(0, 7);
        new TextView(text, Ia32Paging.MODE, () -> 3, symbols).frameCleared(12, 1);
        assertEquals("      3        12 S5    frame-cleared            0x00001000\n", text.toString());
    }

    @Test
    void aFailureToWriteIsPassedOn() {
        Writer closed = Writer.nullWriter();
        assertThrows(UncheckedIOException.class, () -> {
            closed.close();
            new TextView(closed, Ia32Paging.MODE, () -> 0, new SymbolTable()).heading();
        });
    }
}

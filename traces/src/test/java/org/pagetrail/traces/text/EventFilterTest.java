package org.pagetrail.traces.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.ToldEvents;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.ia32.Ia32Paging;

class EventFilterTest {
    private static final long END = Long.MAX_VALUE;

    private final SymbolTable symbols = new SymbolTable();
    private final ToldEvents passed = new ToldEvents();
    private final EventCounts counts = new EventCounts();

    private EventFilter filter(EventFilter.Choice choice) {
        return new EventFilter(choice, Ia32Paging.MODE, () -> counts.total() - 1, symbols, passed);
    }

    private EventFilter through(EventFilter.Choice choice) {
        EventFilter filter = filter(choice);
        Story.tell(new EventTee(counts, filter));
        return filter;
    }

    private static EventFilter.Choice page(long page) {
        return new EventFilter.Choice(0, END, Set.of(), page, null, END);
    }

    private List<String> names() {
        return passed.events().stream()
                .map(told -> EventCatalog.get().byId(told.id()).name())
                .toList();
    }

    private static List<ToldEvents.Told> story() {
        ToldEvents all = new ToldEvents();
        Story.tell(all);
        return all.events();
    }

    private static int first(String name) {
        return IntStream.range(0, story().size())
                .filter(i -> EventCatalog.get().byId(story().get(i).id()).name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everythingPassesWithoutAChoice() {
        EventFilter filter = through(EventFilter.Choice.ALL);
        assertEquals(story(), passed.events());
        assertFalse(filter.done());
        assertTrue(filter.phaseSeen());
    }

    @Test
    void ordinalsAreChosenFromFirstToLast() {
        EventFilter filter = through(new EventFilter.Choice(5, 9, Set.of(), EventFilter.ANY_PAGE, null, END));
        assertEquals(story().subList(5, 10), passed.events());
        assertTrue(filter.done());
    }

    @Test
    void nothingComesAfterTheLastOrdinalOrTheLimit() {
        EventFilter filter = filter(new EventFilter.Choice(0, 1, Set.of(), EventFilter.ANY_PAGE, null, END));
        TraceEvents all = new EventTee(counts, filter);
        assertFalse(filter.done());
        all.frameCleared(0, 1);
        assertFalse(filter.done());
        all.frameCleared(0, 2);
        assertTrue(filter.done());
        EventFilter none = filter(new EventFilter.Choice(0, END, Set.of(), EventFilter.ANY_PAGE, null, 0));
        assertTrue(none.done());
    }

    @Test
    void theLimitCountsWhatPasses() {
        EventFilter filter =
                through(new EventFilter.Choice(0, END, Set.of("symbol-defined"), EventFilter.ANY_PAGE, null, 2));
        assertEquals(List.of("symbol-defined", "symbol-defined"), names());
        assertTrue(filter.done());
    }

    @Test
    void eventsAreChosenByName() {
        through(new EventFilter.Choice(0, END, Set.of("page-split", "page-merged"), EventFilter.ANY_PAGE, null, END));
        assertEquals(List.of("page-split", "page-merged"), names());
    }

    @Test
    void aNameThatThereIsNotIsRefusedWithThoseThatAreLikeIt() {
        EventFilter.Choice choice =
                new EventFilter.Choice(0, END, Set.of("page-spilt"), EventFilter.ANY_PAGE, null, END);
        String message = assertThrows(IllegalArgumentException.class, () -> filter(choice))
                .getMessage();
        assertTrue(
                message.startsWith("no event has the name 'page-spilt'; did you mean page-fault-resolved, "), message);
        EventFilter.Choice other = new EventFilter.Choice(0, END, Set.of("xyz"), EventFilter.ANY_PAGE, null, END);
        assertEquals(
                "no event has the name 'xyz'; docs/events.md lists them",
                assertThrows(IllegalArgumentException.class, () -> filter(other))
                        .getMessage());
    }

    @Test
    void aPhaseIsChosenWithItsBeginAndEnd() {
        EventFilter filter = through(new EventFilter.Choice(0, END, Set.of(), EventFilter.ANY_PAGE, "B1", END));
        assertEquals(story().subList(first("phase-began"), first("phase-ended") + 1), passed.events());
        assertTrue(filter.phaseSeen());
    }

    @Test
    void aPhaseThatIsInAnotherIsNoneOfItsEvents() {
        TraceEvents all = new EventTee(
                counts, filter(new EventFilter.Choice(0, END, Set.of(), EventFilter.ANY_PAGE, "outer", END)));
        all.symbolDefined(0, 0, "outer");
        all.symbolDefined(0, 1, "inner");
        all.phaseBegan(0, 0);
        all.frameCleared(0, 1);
        all.phaseBegan(0, 1);
        all.frameCleared(0, 2);
        all.phaseEnded(0, 1);
        all.frameCleared(0, 3);
        all.phaseEnded(0, 0);
        all.frameCleared(0, 4);
        assertEquals(List.of("phase-began", "frame-cleared", "frame-cleared", "phase-ended"), names());
    }

    @Test
    void aPhaseThatNeverBeganIsNotSeen() {
        EventFilter filter = through(new EventFilter.Choice(0, END, Set.of(), EventFilter.ANY_PAGE, "S9", END));
        assertEquals(List.of(), passed.events());
        assertFalse(filter.phaseSeen());
    }

    @Test
    void symbolsThatDoNotPassAreKnownAllTheSame() {
        through(new EventFilter.Choice(0, END, Set.of("process-exited"), EventFilter.ANY_PAGE, null, END));
        assertEquals("init", symbols.text(5));
    }

    @Test
    void aPageIsChosenInEveryFieldAndUnderEveryLargeEntry() {
        through(page(0xc0003));
        assertEquals(
                List.of(
                        "page-mapped",
                        "entry-marked",
                        "page-split",
                        "table-protected",
                        "entry-marked",
                        "table-relinked",
                        "table-unlinked",
                        "tlb-filled",
                        "tlb-filled",
                        "tlb-filled",
                        "walk-cache-filled",
                        "changed-entry-used",
                        "tlb-invalidated"),
                names());
    }

    @Test
    void aPageIsChosenInTheRangeOfASegment() {
        through(page(0xc0103));
        assertTrue(names().contains("kernel-segment-loaded"));
        passed.events().clear();
        through(page(0xc0104));
        assertFalse(names().contains("kernel-segment-loaded"));
        passed.events().clear();
        through(page(0x8049));
        assertEquals(List.of("user-segment-loaded"), names());
        passed.events().clear();
        through(page(0x40007));
        assertEquals(List.of("library-mapped"), names());
        passed.events().clear();
        through(page(0x40008));
        assertEquals(List.of(), names());
    }

    @Test
    void aSmallPageUnderAnotherEntryIsNotChosen() {
        through(page(0xc0001));
        assertEquals(
                4,
                names().stream()
                        .filter(name ->
                                name.startsWith("page-") && !name.equals("page-mapped") && !name.equals("page-split"))
                        .count());
        assertEquals(1, names().stream().filter("tlb-filled"::equals).count());
    }
}

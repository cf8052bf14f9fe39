package org.pagetrail.analyzer.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.pagetrail.analyzer.diff.CostDifference.Measure;
import org.pagetrail.analyzer.diff.EventDifferences.Divergence;
import org.pagetrail.analyzer.diff.EventDifferences.KindDifference;
import org.pagetrail.analyzer.diff.EventDifferences.Mark;
import org.pagetrail.analyzer.diff.EventDifferences.Neighbour;
import org.pagetrail.analyzer.diff.MapDifference.Change;
import org.pagetrail.replay.state.MapRegion;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceException;

class DifferTest {
    private static final long HEAP = 0xc0400000L;

    private static TraceDiff diff(ToldTrace old, ToldTrace now) {
        return Differ.diff(
                old::read,
                now::read,
                header -> List.of(new MapRegion(HEAP, 0xff3fffffL, "kernel-heap")),
                reader -> List.of());
    }

    private static List<KindDifference> kinds(ToldTrace old, ToldTrace now) {
        return diff(old, now).events().kinds();
    }

    @Test
    void aTraceDoesNotDifferFromItselfOrItsLike() {
        ToldTrace trace = ToldTrace.boot(0x400);
        assertTrue(diff(trace, trace).none());
        TraceDiff again = diff(trace, ToldTrace.boot(0x400));
        assertTrue(again.none());
        assertNull(again.events().first());
        assertEquals(2, again.phaseMaps().size());
    }

    @Test
    void ticksAndNumbersOfSymbolsAreNoDifference() {
        ToldTrace old = new ToldTrace();
        old.symbol("never used");
        old.begin("B1");
        old.accesses(0);
        old.end("B1");
        ToldTrace now = new ToldTrace();
        now.begin("B1");
        now.accesses(0);
        now.end("B1");
        assertTrue(diff(old, now).none());
        assertEquals(5, diff(old, now).events().oldEvents());
    }

    @Test
    void otherFramesAreToldWhereTheyAreGivenAndNotWhereTheyAreUsed() {
        ToldTrace old = ToldTrace.boot(0x400);
        ToldTrace now = ToldTrace.boot(0x500);
        assertEquals(
                List.of(
                        new KindDifference("S4", "address-space-created", 0, 0, 1, List.of("directory")),
                        new KindDifference("S4", "table-linked", 0, 0, 2, List.of("now")),
                        new KindDifference("S4", "frames-allocated", 0, 0, 2, List.of("frame")),
                        new KindDifference("S5", "page-mapped", 0, 0, 2, List.of("now")),
                        new KindDifference("S5", "frames-allocated", 0, 0, 2, List.of("frame"))),
                kinds(old, now));
    }

    @Test
    void aStaleTableInTheTlbIsADifferenceThoughAllTablesMoved() {
        ToldTrace old = ToldTrace.boot(0x400);
        old.fill(HEAP, 0x401, 0x402, FillCause.MISS);
        ToldTrace now = ToldTrace.boot(0x500);
        now.fill(HEAP, 0x5ff, 0x502, FillCause.MISS);
        List<KindDifference> kinds = kinds(old, now);
        assertEquals(
                new KindDifference("after S5", "tlb-filled", 0, 0, 1, List.of("pde")), kinds.get(kinds.size() - 1));
        ToldTrace fresh = ToldTrace.boot(0x500);
        fresh.fill(HEAP, 0x501, 0x502, FillCause.MISS);
        assertEquals(kinds.size() - 1, kinds(old, fresh).size());
    }

    @Test
    void rangesMovedAddedRemovedAndWithOtherRightsAreToldInEachPhase() {
        ToldTrace old = ToldTrace.boot(0x400);
        old.begin("S6");
        old.map(0x400, 0x401, HEAP + 0x4000, 0x600, 3);
        old.map(0x400, 0x401, HEAP + 0x5000, 0x601, 3);
        old.map(0x400, 0x401, HEAP + 0x6000, 0x602, 3);
        old.end("S6");
        ToldTrace now = ToldTrace.boot(0x400);
        now.begin("S6");
        now.map(0x400, 0x401, HEAP + 0x5000, 0x601, 1);
        now.map(0x400, 0x401, HEAP + 0x6000, 0x702, 3);
        now.map(0x400, 0x401, HEAP + 0x7000, 0x703, 3);
        now.end("S6");
        TraceDiff diff = diff(old, now);
        List<MapDifference> map = diff.finalMap();
        assertEquals(4, map.size(), map.toString());
        assertEquals(HEAP + 0x4000, map.get(0).first());
        assertTrue(map.get(0).removed());
        assertEquals(List.of("kernel"), map.get(0).spaces());
        assertEquals("kernel-heap", map.get(0).region());
        assertEquals(List.of(Change.RIGHTS), map.get(1).changes());
        assertEquals(List.of(Change.FRAMES), map.get(2).changes());
        assertEquals(0x702000, map.get(2).now().physical());
        assertTrue(map.get(3).added());
        assertEquals(List.of(), diff.phaseMaps().get(1).differences());
        assertEquals(map, diff.phaseMaps().get(2).differences());
    }

    @Test
    void addressSpacesAreMatchedByNameAndOneDifferenceInAllOfThemIsOne() {
        ToldTrace old = ToldTrace.boot(0x400);
        ToldTrace now = ToldTrace.boot(0x400);
        old.space(0x700, 1, "init");
        old.link(0x700, 769, 0x401);
        // The same process in a directory below the kernel's.
        now.space(0x300, 1, "init");
        now.link(0x300, 769, 0x401);
        now.map(0x400, 0x401, HEAP + 0x8000, 0x800, 3);
        List<MapDifference> map = diff(old, now).finalMap();
        assertEquals(1, map.size(), map.toString());
        assertEquals(List.of("kernel", "init (pid 1)"), map.get(0).spaces());
    }

    @Test
    void theFirstDifferenceIsShownWithThreeEventsBeforeAndAfterOnBothSides() {
        ToldTrace old = ToldTrace.boot(0x400);
        ToldTrace now = ToldTrace.boot(0x400);
        for (ToldTrace trace : List.of(old, now)) {
            trace.begin("S6");
            for (int i = 0; i < 5; i++) {
                trace.stackPointerMoved(trace.tick(), 0xffbff);
            }
            if (trace.equals(now)) {
                trace.tlbInvalidated(trace.tick(), FlushCause.INVLPG.ordinal(), HEAP, 0, 0, 0);
            }
            for (int page = 0; page < 9; page++) {
                trace.map(0x400, 0x401, HEAP + 0x10000 + page * 4096L, 0x700 + page, 3);
            }
        }
        Divergence first = diff(old, now).events().first();
        assertEquals("S6", first.phase());
        assertEquals(Mark.ADDED, first.mark());
        assertEquals(6, first.old().size());
        assertEquals(7, first.now().size());
        assertEquals(Mark.ADDED, first.now().get(3).mark());
        assertEquals(
                List.of(Mark.SAME, Mark.SAME, Mark.SAME, Mark.ADDED, Mark.SAME, Mark.SAME, Mark.SAME),
                first.now().stream().map(Neighbour::mark).toList());
        long ordinal = first.old().get(3).event().ordinal();
        assertEquals(ordinal, first.now().get(3).event().ordinal());
        assertEquals(ordinal + 1, first.now().get(4).event().ordinal());
    }

    @Test
    void phasesAreAlignedByNameAndOccurrence() {
        ToldTrace old = new ToldTrace();
        ToldTrace now = new ToldTrace();
        for (String phase : List.of("run", "idle", "run")) {
            old.begin(phase);
            old.accesses(phase.equals("idle") ? 0 : 1);
            old.end(phase);
        }
        for (String phase : List.of("warm", "run", "run")) {
            now.begin(phase);
            now.accesses(1);
            now.end(phase);
        }
        List<KindDifference> kinds = kinds(old, now);
        assertEquals(
                List.of("idle", "warm"),
                kinds.stream().map(KindDifference::phase).distinct().sorted().toList());
        assertEquals(6, kinds.size());
        assertTrue(kinds.stream().allMatch(kind -> kind.changed() == 0));
        TraceDiff diff = diff(old, now);
        assertEquals(
                List.of("run", "run (2)"),
                diff.phaseMaps().stream().map(PhaseMap::phase).toList());
    }

    @Test
    void phasesInAnotherOrderDiffer() {
        ToldTrace old = new ToldTrace();
        ToldTrace now = new ToldTrace();
        for (String phase : List.of("S1", "S2")) {
            old.begin(phase);
            old.end(phase);
        }
        for (String phase : List.of("S2", "S1")) {
            now.begin(phase);
            now.end(phase);
        }
        EventDifferences events = diff(old, now).events();
        assertEquals(2, events.added());
        assertEquals(2, events.removed());
    }

    @Test
    void costsAreToldByPhaseWithTheWorstFirst() {
        ToldTrace old = new ToldTrace();
        ToldTrace now = new ToldTrace();
        for (ToldTrace trace : List.of(old, now)) {
            trace.begin("S1");
            trace.pass(100);
            trace.end("S1");
            trace.begin("S2");
            trace.pass(trace.equals(now) ? 50 : 200);
            trace.end("S2");
            trace.begin("S3");
            trace.fill(HEAP, 1, 2, trace.equals(now) ? FillCause.MISS : FillCause.DIRTY);
            trace.accesses(trace.equals(now) ? 3 : 1);
            trace.pass(trace.equals(now) ? 300 : 100);
            if (trace.equals(now)) {
                trace.pageFaulted(trace.tick(), HEAP, 0, HEAP, HEAP, 0, 0, 2);
            }
            trace.end("S3");
        }
        List<CostDifference> costs = diff(old, now).costs();
        assertEquals(
                List.of(
                        new CostDifference("all", Measure.CYCLES, 420, 480),
                        new CostDifference("all", Measure.WALKS, 1, 3),
                        new CostDifference("all", Measure.MISSES, 0, 1),
                        new CostDifference("all", Measure.FAULTS, 0, 1),
                        new CostDifference("S3", Measure.CYCLES, 120, 330),
                        new CostDifference("S3", Measure.WALKS, 1, 3),
                        new CostDifference("S3", Measure.MISSES, 0, 1),
                        new CostDifference("S3", Measure.FAULTS, 0, 1),
                        new CostDifference("S2", Measure.CYCLES, 200, 50)),
                costs);
        assertEquals(OptionalDouble.of(175), costs.get(4).percent());
        assertEquals(OptionalDouble.empty(), costs.get(7).percent());
    }

    @Test
    void aTraceThatEndsEarlierLacksTheRest() {
        ToldTrace old = ToldTrace.boot(0x400);
        ToldTrace now = ToldTrace.boot(0x400);
        old.machineStopped(old.tick(), StopReason.HALT.ordinal());
        assertEquals(List.of(new KindDifference("after S5", "machine-stopped", 0, 1, 0, List.of())), kinds(old, now));
    }

    @Test
    void anIncompleteTraceIsRefused() {
        ToldTrace whole = ToldTrace.boot(0x400);
        ToldTrace half = ToldTrace.boot(0x400);
        half.complete = false;
        assertThrows(TraceException.class, () -> diff(whole, half));
        assertThrows(TraceException.class, () -> diff(half, whole));
    }
}

package org.pagetrail.analyzer.hotspot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.text.JsonLinesReader;

/** Traces told by hand as the machine would tell them, and what of their cycles goes where. */
class HotspotsTest {
    private static final int WRITE = 2;

    /** What each cause that took part counted. */
    private static Map<Cause, Long> counts(Tally tally) {
        Map<Cause, Long> counts = new EnumMap<>(Cause.class);
        for (Cause cause : Cause.values()) {
            if (tally.count(cause) != 0) {
                counts.put(cause, tally.count(cause));
            }
        }
        return counts;
    }

    private static Tally elsewhere(Hotspots hotspots, Elsewhere kind) {
        return hotspots.elsewhere().stream()
                .filter(place -> place.kind() == kind)
                .map(Hotspots.Place::tally)
                .findFirst()
                .orElseThrow();
    }

    private static Tally page(Hotspots hotspots, long linear, long bytes) {
        return hotspots.pages().stream()
                .filter(page -> page.linear() == linear && page.bytes() == bytes)
                .map(Hotspots.Page::tally)
                .findFirst()
                .orElseThrow();
    }

    /** Every division of the cycles adds up to the last tick. */
    static void assertAddsUp(Hotspots hotspots) {
        long elsewhere = hotspots.elsewhere().stream()
                .mapToLong(place -> place.tally().cycles())
                .sum();
        assertEquals(hotspots.cycles(), hotspots.total().cycles());
        assertEquals(
                hotspots.cycles(),
                hotspots.phases().stream()
                        .mapToLong(phase -> phase.tally().cycles())
                        .sum());
        assertEquals(
                hotspots.cycles(),
                elsewhere
                        + hotspots.regions().stream()
                                .mapToLong(region -> region.tally().cycles())
                                .sum());
        assertEquals(
                hotspots.cycles(),
                elsewhere
                        + hotspots.pages().stream()
                                .mapToLong(page -> page.tally().cycles())
                                .sum());
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot-p6", "boot-unit"})
    void everyCycleOfAGoldenBootIsAttributed(String name) {
        Path file = Path.of(System.getProperty("basedir", ""), "..", "traces", "golden", name + ".jsonl");
        try (TraceReader reader = JsonLinesReader.open(file)) {
            long cycles = reader.closing().lastTick();
            Hotspots hotspots = Hotspots.of(reader, List.of());
            assertEquals(cycles, hotspots.cycles());
            assertEquals(cycles, hotspots.attributed());
            assertAddsUp(hotspots);
            for (int i = 1; i < hotspots.phases().size(); i++) {
                Hotspots.Phase before = hotspots.phases().get(i - 1);
                assertEquals(
                        hotspots.phases().get(i).firstTick(),
                        before.firstTick() + before.tally().cycles());
            }
        }
    }

    @Test
    void eachEventPaysWhatTheProfileSays() {
        ToldTrace trace = new ToldTrace("p6").begin("B1");
        trace.pass(trace.costs.controlRegisterWrite());
        trace.events.controlRegisterWritten(trace.tick, ControlRegister.CR4.ordinal(), 0, 16, 0, 0, 0);
        trace.pass(trace.costs.cr3Write());
        trace.events.controlRegisterWritten(trace.tick, ControlRegister.CR3.ordinal(), 0, 4096, 0, 0, 0);
        trace.events.tlbFlushed(trace.tick, FlushCause.CR3_WRITE.ordinal(), 0, 0, 0);
        trace.pass(trace.costs.invlpg()).invalidated(FlushCause.INVLPG, 0xc000_1abcL);
        trace.events.framesAllocated(trace.tick, 5, 2, trace.symbol("page-table"));
        trace.pass(trace.costs.clearPage()).events.frameCleared(trace.tick, 5);
        trace.pass(trace.costs.clearPage()).events.frameCleared(trace.tick, 9);
        trace.pass(trace.costs.copyPage()).events.frameCopied(trace.tick, 9, 6);
        trace.pass(2L * trace.costs.walkReference()).filled(Tlb.DATA_4K, 3, -1, FillCause.MISS, 2);
        trace.pass(7).counted(3, 2, 2, 0).end();
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(
                Map.of(
                        Cause.HIT, 7L,
                        Cause.WALK, 2L,
                        Cause.INVLPG, 1L,
                        Cause.CR3_WRITE, 1L,
                        Cause.CONTROL_REGISTER_WRITE, 1L,
                        Cause.CLEAR_PAGE, 2L,
                        Cause.COPY_PAGE, 1L),
                counts(hotspots.total()));
        assertEquals(
                List.of("frames page-table 2100", "frames  700", "registers  120", "hits  7"),
                hotspots.elsewhere().stream()
                        .map(place -> place.kind().name().toLowerCase(java.util.Locale.ROOT) + " " + place.use() + " "
                                + place.tally().cycles())
                        .toList());
        assertEquals(
                List.of("image 60", "low 18"),
                hotspots.regions().stream()
                        .map(region -> region.id() + " " + region.tally().cycles())
                        .toList());
        assertEquals("identity map", hotspots.phases().get(1).title());
    }

    @Test
    void cyclesBetweenPhasesAreToldApart() {
        ToldTrace trace = new ToldTrace("unit").pass(1).counted(1, 0, 0, 0).begin("B1");
        trace.pass(5).counted(5, 0, 0, 0).end().begin("B2").end();
        trace.pass(3).counted(3, 0, 0, 0).begin("B3");
        trace.pass(9).counted(9, 0, 0, 0);
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(
                List.of("- 1", "B1 5", "B2 0", "- 3", "B3 9"),
                hotspots.phases().stream()
                        .map(phase -> phase.name() + " " + phase.tally().cycles())
                        .toList());
    }

    @Test
    void aFaultThatIsAnsweredPaysDeliveryAndReturnAndBothGoToItsPage() {
        ToldTrace trace = new ToldTrace("p6").begin("B1");
        trace.pass(1 + 9).faulted(0x2008, WRITE, 1);
        trace.pass(trace.costs.faultDelivery() + 12);
        trace.events.pageFaultResolved(trace.tick, 0x2008, FaultResolution.DEMAND_ZERO.ordinal());
        trace.pass(trace.costs.faultReturn()).returned();
        trace.pass(3).counted(9, 4, 3, 0).end();
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(
                Map.of(Cause.HIT, 16L, Cause.WALK, 1L, Cause.FAULT_DELIVERY, 1L, Cause.INTERRUPT_RETURN, 1L),
                counts(hotspots.total()));
        assertEquals(9 + 250 + 120, page(hotspots, 0x2000, 4096).cycles());
        assertEquals(new Distribution(1, 262, 262, 262, 262), hotspots.faultCost());
        assertEquals(1, hotspots.faultingWalks());
    }

    @Test
    void aFaultRaisedByADeliveryIsNotDeliveredItself() {
        ToldTrace trace = new ToldTrace("unit").begin("B1");
        trace.pass(1).faulted(0x2000, 0, 0);
        trace.pass(trace.costs.faultDelivery() + 1).faulted(0x3000, 0, 0);
        trace.events.doubleFaulted(trace.tick, 0x3000, 0, 0, 0, 0, 0);
        trace.pass(1).faulted(0x4000, 0, 0);
        trace.events.tripleFaulted(trace.tick, 0x4000, 0, 0, 0, 0, 0);
        trace.counted(3, 0, 0, 0);
        trace.events.machineStopped(trace.tick, StopReason.TRIPLE_FAULT.ordinal());
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(3, hotspots.faults());
        assertEquals(Map.of(Cause.HIT, 3L, Cause.FAULT_DELIVERY, 1L), counts(hotspots.total()));
        assertEquals(
                List.of(0x2000L),
                hotspots.pages().stream().map(Hotspots.Page::linear).toList());
    }

    @Test
    void aDeliveryThatFailsWithoutAFaultOfItsOwnIsPaid() {
        ToldTrace trace = new ToldTrace("p6");
        trace.pass(1).faulted(0x2000, 0, 0).pass(trace.costs.faultDelivery());
        trace.events.doubleFaulted(trace.tick, 0x2000, 0, 0, 0, 0, 0);
        trace.counted(1, 0, 0, 0);
        assertEquals(
                Map.of(Cause.HIT, 1L, Cause.FAULT_DELIVERY, 1L),
                counts(trace.hotspots().total()));
    }

    @Test
    void aReturnGoesToThePageOfTheFaultThatWasAnsweredLast() {
        ToldTrace trace = new ToldTrace("p6").begin("B1");
        trace.faulted(0x2000, 0, 0).pass(250 + 5).counted(5, 0, 0, 0);
        trace.faulted(0x3000, 0, 0).pass(250);
        trace.answered(0x3000, FaultResolution.DEMAND_ZERO).pass(120).returned();
        trace.answered(0x2000, FaultResolution.DEMAND_ZERO).pass(120).returned().end();
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(hotspots.cycles(), hotspots.attributed());
        assertEquals(370, page(hotspots, 0x2000, 4096).cycles());
        assertEquals(370, page(hotspots, 0x3000, 4096).cycles());
    }

    @Test
    void aReturnThatIsNotFromAnAnsweredFaultGoesToNoPage() {
        ToldTrace trace = new ToldTrace("p6");
        trace.faulted(0x2000, 0, 0).pass(250).answered(0x2000, FaultResolution.KILLED);
        trace.pass(120).returned();
        trace.faulted(0x3000, 0, 0).pass(250 + 120).returned();
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(hotspots.cycles(), hotspots.attributed());
        assertEquals(250, page(hotspots, 0x2000, 4096).cycles());
        assertEquals(250, page(hotspots, 0x3000, 4096).cycles());
        assertEquals(240, elsewhere(hotspots, Elsewhere.INTERRUPTS).cycles());
    }

    @Test
    void interruptsAndWaitingForThemHaveCausesOfTheirOwn() {
        ToldTrace trace = new ToldTrace("p6").begin("B1").pass(7_000);
        trace.events.processorHalted(trace.tick, 7_000);
        trace.pass(250).events.interruptTaken(trace.tick, 0x20, 0xc010_0000L, 0xff40_1000L, 0, 0);
        trace.pass(120).returned().end();
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(
                Map.of(Cause.HALT, 7_000L, Cause.INTERRUPT_DELIVERY, 1L, Cause.INTERRUPT_RETURN, 1L),
                counts(hotspots.total()));
        assertEquals(7_000, elsewhere(hotspots, Elsewhere.HALT).cycles());
        assertEquals(370, elsewhere(hotspots, Elsewhere.INTERRUPTS).cycles());
    }

    @Test
    void ticksThatTheEventsDoNotExplainAreUnattributed() {
        ToldTrace more =
                new ToldTrace("p6").begin("B1").pass(1_000).counted(10, 0, 0, 0).end();
        Hotspots hotspots = more.hotspots();
        assertAddsUp(hotspots);
        assertEquals(10, hotspots.attributed());
        assertEquals(990, hotspots.total().cycles(Cause.UNATTRIBUTED));
        assertEquals(990, hotspots.phases().get(1).tally().cycles(Cause.UNATTRIBUTED));

        ToldTrace fewer = new ToldTrace("p6").pass(4).counted(10, 0, 0, 0);
        assertAddsUp(fewer.hotspots());
        assertEquals(-6, fewer.hotspots().total().cycles(Cause.UNATTRIBUTED));

        ToldTrace late = new ToldTrace("p6").pass(4).counted(4, 0, 0, 0).pass(7);
        late.events.machineStopped(late.tick, 0);
        assertAddsUp(late.hotspots());
        assertEquals(7, late.hotspots().total().cycles(Cause.UNATTRIBUTED));
    }

    @Test
    void aFirstWriteThatFindsThePageInTheSecondLevelAlonePaysForBoth() {
        ToldTrace trace = new ToldTrace("skylake");
        trace.pass(1 + 12).filled(Tlb.INSTRUCTION_4K, 0x40, 0, FillCause.MISS, 2);
        trace.pass(1 + 7 + 12).filled(Tlb.DATA_4K, 0x40, 0, FillCause.DIRTY, 2).counted(0, 1, 1, 0);
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(Map.of(Cause.HIT, 2L, Cause.SECOND_LEVEL_HIT, 1L, Cause.WALK, 4L), counts(hotspots.total()));
        // Held by the first level too, it costs the walk alone.
        ToldTrace held = new ToldTrace("skylake");
        held.pass(1 + 12).filled(Tlb.DATA_4K, 0x40, 0, FillCause.MISS, 2);
        held.pass(1 + 12).filled(Tlb.DATA_4K, 0x40, 0, FillCause.DIRTY, 2).counted(1, 1, 0, 0);
        assertEquals(
                Map.of(Cause.HIT, 2L, Cause.WALK, 4L), counts(held.hotspots().total()));
    }

    @Test
    void aFirstWriteToALargePageOfTheSecondLevelPaysForBoth() {
        ToldTrace trace = new ToldTrace("skylake");
        trace.events.controlRegisterWritten(trace.tick, ControlRegister.CR4.ordinal(), 0, 16, 0, 0, 0);
        trace.pass(150 + 1 + 6).filledLarge(Tlb.INSTRUCTION_4M, 0x400, 0, FillCause.MISS, 1);
        trace.pass(1 + 7 + 6)
                .filledLarge(Tlb.DATA_4M, 0x400, 0, FillCause.DIRTY, 1)
                .counted(0, 1, 1, 0);
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(hotspots.cycles(), hotspots.attributed());
        assertEquals(1, page(hotspots, 0x40_0000, 4 << 20).count(Cause.SECOND_LEVEL_HIT));
    }

    @Test
    void aWriteThatWalksFromTheSecondLevelAndFaultsPaysForBoth() {
        ToldTrace trace = new ToldTrace("skylake");
        trace.pass(1 + 12).filled(Tlb.INSTRUCTION_4K, 0x40, 0, FillCause.MISS, 2);
        trace.pass(1 + 7 + 12).faulted(0x4_0000, 3, 2).pass(600).counted(0, 1, 1, 0);
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(hotspots.cycles(), hotspots.attributed());
        assertEquals(1, hotspots.total().count(Cause.SECOND_LEVEL_HIT));
        // The fault dropped the page from both levels: the next write misses them.
        trace.pass(1 + 12).faulted(0x4_0000, 3, 2).pass(600).counted(0, 1, 0, 0);
        assertEquals(trace.tick, trace.hotspots().attributed());
        assertEquals(1, trace.hotspots().total().count(Cause.SECOND_LEVEL_HIT));
    }

    @Test
    void secondLevelHitsThatFillGoToTheirPagesAndThoseThatFaultDoNot() {
        ToldTrace trace = new ToldTrace("skylake");
        trace.pass(1 + 7).filled(Tlb.DATA_4K, 0x40, 3, FillCause.SECOND_LEVEL, 0);
        trace.pass(1 + 7).faulted(0x2000, 3, 0).pass(600).counted(1, 1, 0, 2);
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(hotspots.cycles(), hotspots.attributed());
        assertEquals(7, page(hotspots, 0x4_0000, 4096).cycles());
        assertEquals(7, elsewhere(hotspots, Elsewhere.SECOND_LEVEL_HITS).cycles());
        assertEquals(0, hotspots.walkCost().count());
    }

    @Test
    void accessesThatAreToldOneByOneGoToTheirPages() {
        ToldTrace trace = new ToldTrace("unit");
        trace.pass(1).events.accessed(trace.tick, 0x2004, 0, 4, 0, 0);
        trace.pass(1).events.accessed(trace.tick, 0x2008, 1, 4, 0, 0);
        trace.pass(3).counted(4, 1, 0, 0);
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertEquals(5, hotspots.attributed());
        assertEquals(2, page(hotspots, 0x2000, 4096).count(Cause.HIT));
        assertEquals(3, elsewhere(hotspots, Elsewhere.HITS).cycles());
    }

    @Test
    void missesAreToldByKindAndPageSize() {
        ToldTrace trace = new ToldTrace("p6");
        trace.filled(Tlb.INSTRUCTION_4K, 1, -1, FillCause.MISS, 2);
        trace.filled(Tlb.DATA_4K, 2, -1, FillCause.MISS, 1);
        trace.filled(Tlb.DATA_4K, 2, -1, FillCause.DIRTY, 2);
        trace.filledLarge(Tlb.DATA_4M, 0x400, -1, FillCause.MISS, 1);
        assertEquals(
                List.of(
                        new Misses("instruction", 4096, 1, 0, 0, 2),
                        new Misses("data", 4096, 1, 1, 0, 3),
                        new Misses("data", 4 << 20, 1, 0, 0, 1)),
                trace.hotspots().misses());
        // A large page cached in pieces, where there is no array for it, is one page all the same.
        ToldTrace pieces = new ToldTrace("pentium");
        pieces.filledLarge(Tlb.INSTRUCTION_4K, 0x401, -1, FillCause.MISS, 1);
        pieces.filledLarge(Tlb.INSTRUCTION_4K, 0x402, -1, FillCause.MISS, 1);
        assertEquals(
                List.of(new Misses("instruction", 4 << 20, 2, 0, 0, 2)),
                pieces.hotspots().misses());
        assertEquals(2, page(pieces.hotspots(), 0x40_0000, 4 << 20).count(Cause.WALK));
        ToldTrace unified = new ToldTrace("i486");
        unified.filled(Tlb.UNIFIED, 1, -1, FillCause.MISS, 2);
        assertEquals(
                List.of(new Misses("unified", 4096, 1, 0, 0, 2)),
                unified.hotspots().misses());
    }

    @Test
    void percentilesAreOfSingleWalks() {
        ToldTrace trace = new ToldTrace("p6");
        for (int i = 0; i < 98; i++) {
            trace.filled(Tlb.DATA_4K, i, -1, FillCause.MISS, 1);
        }
        trace.filled(Tlb.DATA_4K, 98, -1, FillCause.MISS, 2);
        trace.filled(Tlb.DATA_4K, 99, -1, FillCause.MISS, 4);
        assertEquals(new Distribution(100, 9, 9, 18, 36), trace.hotspots().walkCost());
        assertEquals(new Distribution(0, 0, 0, 0, 0), trace.hotspots().faultCost());
    }

    @Test
    void faultTimesNestAndThoseGivenUpAreForgotten() {
        ToldTrace trace = new ToldTrace("p6");
        int how = FaultResolution.DEMAND_ZERO.ordinal();
        trace.faulted(0x1000, 0, 0)
                .pass(300)
                .faulted(0x2000, 0, 0)
                .pass(300)
                .faulted(0x3000, 0, 0)
                .pass(300);
        trace.events.pageFaultResolved(trace.tick, 0x2000, how);
        trace.pass(100).events.pageFaultResolved(trace.tick, 0x1000, how);
        trace.events.pageFaultResolved(trace.tick, 0x3000, how);
        assertEquals(2, trace.hotspots().faultCost().count());
        assertEquals(1_000, trace.hotspots().faultCost().max());
        assertTrue(trace.hotspots().faultCost().p50() >= 600);
    }

    @Test
    void pagesComeByCyclesAndThenByAddress() {
        ToldTrace trace = new ToldTrace("p6");
        trace.filled(Tlb.DATA_4K, 7, -1, FillCause.MISS, 1);
        trace.filled(Tlb.DATA_4K, 3, -1, FillCause.MISS, 1);
        trace.filled(Tlb.DATA_4K, 5, -1, FillCause.MISS, 2);
        trace.filled(Tlb.DATA_4K, 0x90, -1, FillCause.MISS, 1);
        assertEquals(
                List.of("5 low", "3 low", "7 low", "144 -"),
                trace.hotspots().pages().stream()
                        .map(page -> (page.linear() >>> 12) + " " + page.region())
                        .toList());
    }

    @Test
    void whatCannotBeAttributedIsRefused() {
        assertThrows(
                TraceException.class, () -> new ToldTrace("p6").incomplete().hotspots());
        TraceException profile = assertThrows(TraceException.class, () -> new ToldTrace("p6")
                .profile(JsonNodeFactory.instance.objectNode())
                .hotspots());
        assertTrue(profile.getMessage().contains("header"), profile.getMessage());
        ToldTrace code = new ToldTrace("p6");
        code.events.tlbFilled(0, 0, 0, 0, -1, 1, 1, 1, 0, 0, 0, 17, 1);
        assertThrows(TraceException.class, code::hotspots);
    }

    @Test
    void countsBeyondAllMeasureEndInARemainderAndNotInACrash() {
        ToldTrace trace = new ToldTrace("p6");
        trace.filled(Tlb.DATA_4K, 1, -1, FillCause.MISS, Long.MAX_VALUE);
        trace.counted(Long.MAX_VALUE, Long.MAX_VALUE, 1, 0);
        Hotspots hotspots = trace.hotspots();
        assertAddsUp(hotspots);
        assertTrue(HotspotsText.of(hotspots, 5).contains("not explained"));
    }
}

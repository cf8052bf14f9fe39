package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceException;

class TranslationCachesTest {
    private static final long PDE = Script.entry(0x200, 0x23);
    private static final long PTE = Script.entry(0x900, 0x23);
    private static final long LARGE = 0x00800000L | 0xa3;

    private final Script script = new Script();
    private final MachineState state = script.state;

    private void small(int set, int way, int secondLevelWay, long page) {
        script.fill(Tlb.DATA_4K, set, way, secondLevelWay, page, PDE, PTE, FillCause.MISS);
    }

    private void global(int set, int way, long page) {
        script.fill(Tlb.DATA_4K, set, way, -1, page, PDE, PTE | Script.GLOBAL, FillCause.MISS);
    }

    @Test
    void aMissFillsTheWayItNamesAndTheSecondLevelsUnderThePage() {
        small(2, 1, 3, 0xc0016);
        TlbEntry entry = state.tlbEntry(Tlb.DATA_4K, 2, 1);
        int rights = Rights.READ | Rights.WRITE | Rights.EXECUTE;
        assertEquals(new TlbEntry(0xc0016, false, PDE, PTE, rights, false, false), entry);
        assertEquals(entry, state.tlbEntry(Tlb.SECOND_LEVEL, 0xc0016 & 7, 3));
        assertEquals(1, state.tlb(Tlb.SECOND_LEVEL).size());
        assertNull(state.tlbEntry(Tlb.DATA_4K, 2, 0));
        assertNull(state.tlbEntry(Tlb.INSTRUCTION_4K, 2, 1));
    }

    @Test
    void aMissWithoutASecondLevelWayFillsTheFirstLevelAlone() {
        small(2, 1, -1, 0xc0016);
        assertEquals(0, state.tlb(Tlb.SECOND_LEVEL).size());
    }

    @Test
    void aFillFromTheSecondLevelLeavesTheSecondLevelAsItIs() {
        small(2, 1, 3, 0xc0016);
        script.fill(Tlb.INSTRUCTION_4K, 2, 0, 3, 0xc0016, PDE, PTE | 0x40, FillCause.SECOND_LEVEL);
        assertEquals(PTE, state.tlbEntry(Tlb.SECOND_LEVEL, 6, 3).pte());
        assertEquals(PTE | 0x40, state.tlbEntry(Tlb.INSTRUCTION_4K, 2, 0).pte());
    }

    @Test
    void theFirstWriteRefillsBothLevelsAsDirty() {
        small(2, 1, 3, 0xc0016);
        script.fill(Tlb.DATA_4K, 2, 1, 3, 0xc0016, PDE, PTE | 0x40, FillCause.DIRTY);
        assertTrue(state.tlbEntry(Tlb.DATA_4K, 2, 1).dirty());
        assertTrue(state.tlbEntry(Tlb.SECOND_LEVEL, 6, 3).dirty());
        assertEquals(1, state.tlb(Tlb.DATA_4K).size());
    }

    @Test
    void aLargePageIsHeldWholeInItsOwnArrayAndInASecondLevelThatHoldsSuch() {
        script.pse(true);
        script.fill(Tlb.DATA_4M, 0, 2, 1, 0xc0400, LARGE, 0, FillCause.MISS);
        assertTrue(state.tlbEntry(Tlb.DATA_4M, 0, 2).large());
        // Its key is the number of the 4 MB page, 0x301, in eight sets.
        assertEquals(0xc0400, state.tlbEntry(Tlb.SECOND_LEVEL, 1, 1).page());
    }

    @Test
    void aFragmentInAnArrayForSmallPagesIsHeldUnderItsOwnPage() {
        script.pse(true);
        script.fill(Tlb.DATA_4K, 3, 0, 1, 0xc0417, LARGE, 0, FillCause.MISS);
        TlbEntry fragment = state.tlbEntry(Tlb.DATA_4K, 3, 0);
        assertTrue(fragment.large());
        assertEquals(0xc0417, fragment.page());
        assertEquals(0xc0400, state.tlbEntry(Tlb.SECOND_LEVEL, 1, 1).page());
    }

    @Test
    void aSecondLevelForSmallPagesHoldsAFragmentUnderItsOwnPage() {
        Script other = new Script(Script.IA32, Script.shape(false));
        other.pse(true);
        other.fill(Tlb.DATA_4K, 3, 0, 1, 0xc0417, LARGE, 0, FillCause.MISS);
        assertEquals(0xc0417, other.state.tlbEntry(Tlb.SECOND_LEVEL, 7, 1).page());
    }

    @Test
    void withoutPseADirectoryEntryWithPsIsNotLarge() {
        script.fill(Tlb.DATA_4K, 3, 0, -1, 0xc0417, LARGE, PTE, FillCause.MISS);
        assertFalse(state.tlbEntry(Tlb.DATA_4K, 3, 0).large());
    }

    @Test
    void invlpgDropsThePageInEveryTlbGlobalOrNotAndTheWholeWalkCache() {
        small(2, 1, 3, 0xc0016);
        global(2, 0, 0xc0016);
        small(3, 0, -1, 0xc0017);
        script.fill(Tlb.INSTRUCTION_4K, 2, 0, 3, 0xc0016, PDE, PTE, FillCause.SECOND_LEVEL);
        script.builder.walkCacheFilled(0, 0, 0, 0xc0016000L, PDE);
        script.builder.walkCacheFilled(0, 0, 1, 0x00016000L, PDE);
        script.invalidate(FlushCause.INVLPG, 0xc0016fffL);
        assertEquals(new FlushCounts(4, 1, 2), state.lastFlush());
        assertNotNull(state.tlbEntry(Tlb.DATA_4K, 3, 0));
    }

    @Test
    void aPageFaultDropsThePageAndTheWalkCacheEntryOfItsDirectorySlot() {
        small(2, 1, 3, 0xc0016);
        script.builder.walkCacheFilled(0, 0, 0, 0xc0016000L, PDE);
        script.builder.walkCacheFilled(0, 0, 1, 0xc0400000L, PDE);
        script.invalidate(FlushCause.PAGE_FAULT, 0xc0016123L);
        assertEquals(new FlushCounts(2, 0, 1), state.lastFlush());
        assertNull(state.walkCacheEntry(0, 0));
        assertEquals(new WalkCacheEntry(0xc0400000L, PDE), state.walkCacheEntry(0, 1));
    }

    @Test
    void anAddressInALargePageDropsItWholeAndItsFragmentsAndASmallPageThere() {
        script.pse(true);
        script.fill(Tlb.DATA_4M, 0, 2, 1, 0xc0400, LARGE, 0, FillCause.MISS);
        script.fill(Tlb.INSTRUCTION_4K, 3, 0, -1, 0xc0417, LARGE, 0, FillCause.MISS);
        script.fill(Tlb.INSTRUCTION_4K, 3, 1, -1, 0xc0413, PDE, PTE, FillCause.MISS);
        script.fill(Tlb.DATA_4K, 3, 1, -1, 0xc07ff, PDE, PTE, FillCause.MISS);
        script.invalidate(FlushCause.INVLPG, 0xc07ff000L);
        assertEquals(new FlushCounts(4, 1, 0), state.lastFlush());
        assertNotNull(state.tlbEntry(Tlb.INSTRUCTION_4K, 3, 1));
    }

    @Test
    void aCr3WriteSparesGlobalEntriesOnlyWhilePgeIsSet() {
        script.pge(true);
        small(2, 1, 3, 0xc0016);
        global(2, 0, 0xc0012);
        script.builder.walkCacheFilled(0, 0, 0, 0xc0016000L, PDE | Script.GLOBAL);
        script.flush(FlushCause.CR3_WRITE);
        assertEquals(new FlushCounts(2, 1, 1), state.lastFlush());
        assertNotNull(state.tlbEntry(Tlb.DATA_4K, 2, 0));
        script.pge(false);
        script.flush(FlushCause.CR3_WRITE);
        assertEquals(new FlushCounts(1, 0, 0), state.lastFlush());
    }

    @ParameterizedTest
    @EnumSource(
            value = FlushCause.class,
            names = {"CR4_PGE", "CR4_PSE", "CR4_PAE", "CR4_SMEP", "CR0_PG"})
    void everyOtherFlushDropsGlobalEntriesToo(FlushCause cause) {
        script.pge(true);
        small(2, 1, 3, 0xc0016);
        global(2, 0, 0xc0012);
        script.builder.walkCacheFilled(0, 0, 3, 0xc0016000L, PDE);
        script.flush(cause);
        assertEquals(new FlushCounts(3, 0, 1), state.lastFlush());
        assertNull(state.walkCacheEntry(0, 3));
    }

    @Test
    void aWayThatTheProfileDoesNotHaveIsDamage() {
        TraceException e = assertThrows(TraceException.class, () -> small(2, 2, -1, 0xc0016));
        assertTrue(e.getMessage().contains("set 2, way 2 of data-4k"), e.getMessage());
        assertThrows(TraceException.class, () -> small(2, 1, 4, 0xc0016));
        assertThrows(TraceException.class, () -> script.fill(Tlb.UNIFIED, 0, 0, -1, 1, PDE, PTE, FillCause.MISS));
        assertThrows(TraceException.class, () -> script.builder.walkCacheFilled(0, 1, 0, 0, PDE));
    }

    @Test
    void fillingAndInvalidatingAllocatesNothing() {
        assumeTrue(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        churn(50_000);
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        churn(50_000);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        // What the measurement itself and the compiler's hand-over leave is far below a byte an event.
        assertTrue(allocated < 50_000, allocated + " bytes for 150,000 events");
    }

    private void churn(int rounds) {
        for (int round = 0; round < rounds; round++) {
            small(round & 3, round >> 2 & 1, round >> 1 & 3, 0xc0000 + (round & 0xff));
            script.builder.walkCacheFilled(round, 0, round & 3, (long) round << 12, PDE);
            script.invalidate(FlushCause.INVLPG, 0xc0000000L + ((long) round << 12 & 0xff000));
        }
    }
}

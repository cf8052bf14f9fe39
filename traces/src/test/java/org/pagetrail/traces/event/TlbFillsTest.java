package org.pagetrail.traces.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TlbFillsTest {
    private static final long SEED = 20_261_128;

    @Test
    void aRunTellsTheSameEventsAsItsFillsOneByOne() {
        Random random = new Random(SEED);
        TlbFills fills = new TlbFills();
        ToldEvents expected = new ToldEvents();
        for (int i = 0; i < TlbFills.CAPACITY; i++) {
            long tick = random.nextLong() >>> 1;
            int tlb = random.nextInt(Tlb.values().length);
            int set = random.nextInt(1 << 16);
            int way = random.nextInt(1 << 16);
            int second = random.nextInt(1 << 16) - 1;
            long page = random.nextLong();
            long pde = random.nextLong();
            long pte = random.nextLong();
            int rights = random.nextInt(16);
            int dirty = random.nextInt(2);
            int global = random.nextInt(2);
            int cause = random.nextInt(FillCause.values().length);
            int references = random.nextInt(16);
            assertTrue(TlbFills.fits(tlb, set, way, second, rights, dirty, global, cause, references));
            fills.add(
                    tick,
                    page,
                    pde,
                    pte,
                    TlbFills.shape(tlb, set, way, second, rights, dirty, global, cause, references));
            expected.tlbFilled(tick, tlb, set, way, second, page, pde, pte, rights, dirty, global, cause, references);
        }
        ToldEvents told = new ToldEvents();
        told.tlbFilled(fills);
        List<ToldEvents.Told> events = new ArrayList<>(told.events());
        assertEquals(TlbFills.CAPACITY, events.size());
        assertEquals(expected.events(), events, () -> "seed " + SEED);
        fills.clear();
        told.tlbFilled(fills);
        assertEquals(TlbFills.CAPACITY, told.events().size());
    }

    @Test
    void whatDoesNotFitIsKnown() {
        assertTrue(TlbFills.fits(15, 0xffff, 0xffff, -1, 15, 1, 1, 3, 15));
        assertFalse(TlbFills.fits(16, 0, 0, 0, 0, 0, 0, 0, 0));
        assertFalse(TlbFills.fits(0, 1 << 16, 0, 0, 0, 0, 0, 0, 0));
        assertFalse(TlbFills.fits(0, 0, -1, 0, 0, 0, 0, 0, 0));
        assertFalse(TlbFills.fits(0, 0, 0, 0xffff, 0, 0, 0, 0, 0));
        assertFalse(TlbFills.fits(0, 0, 0, -2, 0, 0, 0, 0, 0));
        assertFalse(TlbFills.fits(0, 0, 0, 0, 16, 0, 0, 0, 0));
        assertFalse(TlbFills.fits(0, 0, 0, 0, 0, 2, 0, 0, 0));
        assertFalse(TlbFills.fits(0, 0, 0, 0, 0, 0, 2, 0, 0));
        assertFalse(TlbFills.fits(0, 0, 0, 0, 0, 0, 0, 4, 0));
        assertFalse(TlbFills.fits(0, 0, 0, 0, 0, 0, 0, 0, 16));
        assertFalse(TlbFills.fits(0, 0, 0, 0, 0, 0, 0, 0, 1L << 40));
    }
}

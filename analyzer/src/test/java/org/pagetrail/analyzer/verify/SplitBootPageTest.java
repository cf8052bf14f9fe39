package org.pagetrail.analyzer.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.pagetrail.analyzer.doctored.Doctored.RW;
import static org.pagetrail.analyzer.doctored.Doctored.entry;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pagetrail.analyzer.doctored.Doctored;
import org.pagetrail.analyzer.rule.Violation;

/** The boot's first page is split before the switch: what counts for LAY002 is where the bytes are, once all entries are told. */
class SplitBootPageTest {
    private static final long TABLE = 0x700;
    private static final int CHANGED = 0x42;

    private static List<Violation> violations(long difference) {
        Doctored trace = Doctored.golden("boot-unit").beforeTheSwitch().take(TABLE, "page-table");
        trace.store(trace.loaded(), 0, entry(TABLE, RW));
        for (int slot = 0; slot < 1024; slot++) {
            trace.becomesLive(TABLE, slot, entry(slot, RW) ^ (slot == CHANGED ? difference : 0));
        }
        return Verifier.verify(trace.reader(), invariant -> invariant.id().equals("LAY002"))
                .violations();
    }

    @Test
    void smallPagesOfTheSameFramesAreTheSameMap() {
        assertEquals(List.of(), violations(0));
    }

    @Test
    void theOneSmallPageThatLeadsElsewhereIsFoundAtTheSplit() {
        List<Violation> found = violations(0x8_0000);
        assertEquals(1, found.size(), found::toString);
        assertEquals(0xc000_0000L + CHANGED * 4096L, found.get(0).linear());
        assertEquals("page-split", found.get(0).cause().event());
    }
}

package org.pagetrail.analyzer.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.analyzer.doctored.Damages;
import org.pagetrail.analyzer.doctored.Damages.Damage;
import org.pagetrail.analyzer.doctored.Doctored;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.TraceReader;

/** What a person is told of a defect: where, when, what was expected and found, which event did it and what is missing. */
class EvidenceTest {
    private static final long KERNEL = 0x400;
    private static final long HEAP = 0xc040_0000L;
    private static final long STOP = length();

    /** The ordinal of the event that stops the machine in the golden trace: defects at the end begin there. */
    private static long length() {
        try (TraceReader reader = Doctored.golden("boot-unit").reader()) {
            return reader.closing().events() - 1;
        }
    }

    private static Violation only(String what) {
        Damage damage = Damages.all().stream()
                .filter(one -> one.violates() && one.what().equals(what))
                .findFirst()
                .orElseThrow();
        List<Violation> found =
                Verifier.verify(damage.make().reader(), invariant -> true).violations();
        assertEquals(1, found.size(), found::toString);
        assertEquals(damage.rule(), found.get(0).invariant().id());
        return found.get(0);
    }

    private static void where(Violation found, long directory, long linear, long bytes, String region) {
        assertEquals(directory, found.directory());
        assertEquals(linear, found.linear());
        assertEquals(bytes, found.bytes());
        assertEquals(region, found.region());
    }

    /** Events count from the golden trace's last: the first that was put in there is 0. */
    private static void when(Violation found, long after, long causeAfter, String cause) {
        assertEquals(STOP + after, found.ordinal());
        assertEquals(new Violation.Cause(STOP + causeAfter, cause), found.cause());
    }

    private static void what(Violation found, String expectedText, String foundText, String missing) {
        assertEquals(expectedText, found.expected());
        assertEquals(foundText, found.found());
        assertEquals(missing, found.missing());
    }

    @Test
    void aStaleFrameIsToldWithTheChangeAndTheMissingFlush() {
        Violation found = only("an access is served with the frame of before");
        where(found, KERNEL, HEAP, 0, "kernel-heap");
        when(found, 8, 7, "page-remapped");
        what(
                found,
                "frame 0x00701000",
                "a translation to frame 0x00700000, supervisor, writable",
                String.format(
                        Locale.ROOT, "INVLPG of 0xc0400000, or a flush that covers it, after event %,d", STOP + 7));
        assertEquals(1, found.count());
    }

    @Test
    void aStaleRightIsToldWithThePagesRightsAndTheTranslations() {
        Violation found = only("a page of a process is written that is read-only by now");
        where(found, 0x600, 0x0804_8000L, 0, null);
        assertEquals("page-protected", found.cause().event());
        assertEquals(found.ordinal() - 1, found.cause().ordinal());
        assertEquals("a page fault: the page is user, read-only", found.expected());
        assertEquals("a translation to frame 0x00602000, user, writable", found.found());
    }

    @Test
    void aStaleDirectoryEntryIsToldWithBothEntries() {
        Violation found = only("the cache of directory entries leads to the table of before");
        where(found, KERNEL, 0xc080_0000L, 0, "kernel-heap");
        assertEquals("table-relinked", found.cause().event());
        assertEquals("the directory's entry 0x00700023", found.expected());
        assertEquals("the cached entry 0x00403023", found.found());
    }

    @Test
    void aMissingInvalidationIsToldWithTheChangeAndWhatReliesOnIt() {
        Violation found = only("user mode is returned to before an unmapped page is invalidated");
        where(found, KERNEL, HEAP, 0x1000, "kernel-heap");
        when(found, 7, 6, "page-unmapped");
        what(
                found,
                "invalidated before user mode is returned to",
                "it is not, and user mode is returned to",
                "INVLPG of 0xc0400000, or a flush that covers it");
    }

    @Test
    void aFrameUsedElsewhereIsNamed() {
        Violation found = only("a frame is mapped elsewhere before its page is invalidated");
        where(found, KERNEL, HEAP, 0x1000, "kernel-heap");
        when(found, 7, 6, "page-unmapped");
        assertEquals("it is not, and frame 0x00700000 is mapped elsewhere", found.found());
    }

    @Test
    void underAnUnlinkedTableTheFreedFrameAndThePageLeftAreNamed() {
        Violation freed = only("the frame of a page under an unlinked table is freed");
        assertEquals("it is not, and frame 0x00700000 is freed", freed.found());
        assertEquals("table-unlinked", freed.cause().event());
        Violation left = only("of the pages under an unlinked table one is not invalidated");
        where(left, KERNEL, HEAP, 0x40_0000, "kernel-heap");
        assertEquals("table-unlinked", left.cause().event());
        assertEquals("INVLPG of 0xc0401000, or a flush that covers it", left.missing());
    }

    @ParameterizedTest
    @CsvSource({
        "'an entry is taken away, given back and taken away again', 9, 8, page-unmapped",
        "'a global page loses G, is unmapped, and only CR3 is loaded', 10, 7, page-unmapped"
    })
    void theChangeIsTheOneThatMadeTheTranslationStale(String what, long after, long causeAfter, String cause) {
        when(only(what), after, causeAfter, cause);
    }

    @Test
    void aWindowPageIsToldWithItsOwnAddress() {
        Violation found = only("a replaced table is written before its window page is invalidated");
        where(found, KERNEL, 0xfff0_2000L, 0x1000, "page-tables");
        assertEquals("table-relinked", found.cause().event());
        assertEquals("INVLPG of 0xfff02000, or a flush that covers it", found.missing());
    }

    @Test
    void aDefectOfTheBootMapIsToldAtTheStepsEndWithTheEventThatMadeIt() {
        Violation found = only("a page of the identity map is read-only");
        assertEquals("B1", found.phase());
        where(found, 0x12a, 5L << 22, 0x40_0000, null);
        assertEquals("page-mapped", found.cause().event());
        assertEquals("mapped read-only", found.found());
        assertNull(found.missing());
        // At the end of B1, and when CR0.PG is set.
        assertEquals(2, found.count());
    }

    @Test
    void aWrongPageIsToldWithTheRegionsRights() {
        Violation found = only("a page of the heap is read-only");
        where(found, KERNEL, HEAP, 0x1000, "kernel-heap");
        when(found, 2, 2, "page-mapped");
        what(found, "supervisor, writable, as region kernel-heap says", "supervisor, read-only", null);
    }

    @Test
    void aSecondOwnerIsToldWithTheFirst() {
        Violation found = only("two pages of the heap map one frame");
        where(found, KERNEL, HEAP + 0x1000, 0x1000, "kernel-heap");
        when(found, 3, 3, "page-mapped");
        what(found, "a frame that no other page maps", "frame 0x00700000, which 0xc0400000 maps too", null);
    }

    @Test
    void aDirectoryLoadedWrongIsToldAtTheLoadWithTheChangeBefore() {
        Violation found = only("a process is loaded without a recursive slot");
        where(found, 0x600, 0xffc0_0000L, 0x40_0000, "page-tables");
        assertEquals("table-unlinked", found.cause().event());
        assertEquals(found.ordinal() - 1, found.cause().ordinal());
    }

    @Test
    void aSplitIsToldWithWhatShouldHaveComeBetween() {
        Violation found = only("a large page is split in one step");
        assertEquals("S5", found.phase());
        where(found, 0x12a, 5L << 22, 0x40_0000, null);
        assertEquals("page-split", found.cause().event());
        assertEquals("absent, then INVLPG of what was mapped, then the new entry", found.missing());
    }

    @Test
    void aFreedFrameIsToldWithThePageThatMapsIt() {
        Violation found = only("a mapped frame is freed");
        where(found, KERNEL, HEAP, 0x1000, "kernel-heap");
        when(found, 3, 3, "frames-freed");
        assertEquals("frame 0x00700000 is mapped", found.found());
    }

    @Test
    void lostGroundIsToldWithTheFrameBeforeAndAfter() {
        Violation found = only("the stack is not mapped after the switch");
        assertEquals("S5", found.phase());
        assertEquals(0x12_cfffL, found.linear());
        assertEquals("control-register-written", found.cause().event());
        assertEquals("frame 0x0012c000 before, not mapped after", found.found());
    }
}

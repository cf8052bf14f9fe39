package org.pagetrail.traces.ia32;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

class Ia32PagingTest {
    private static final PagingMode MODE = Ia32Paging.MODE;
    private static final long PSE = 0x10;

    @Test
    void theModeIsFoundByItsNameAndNoOtherIs() {
        assertSame(MODE, PagingModes.named("ia32"));
        assertEquals("ia32", MODE.name());
        assertThrows(IllegalArgumentException.class, () -> PagingModes.named("IA32"));
        assertThrows(IllegalArgumentException.class, () -> PagingModes.named(null));
    }

    @Test
    void twoLevelsOf1024EntriesOfFourBytesSpanThe32BitSpace() {
        assertEquals(2, MODE.levels());
        assertEquals(1024, MODE.slots());
        assertEquals(4, MODE.entryBytes());
        assertEquals(12, MODE.shift(1));
        assertEquals(22, MODE.shift(2));
        assertEquals(1L << 32, (long) MODE.slots() << MODE.shift(2));
        assertEquals(1L << MODE.shift(2), (long) MODE.slots() << MODE.shift(1));
    }

    @Test
    void slotsAndOffsetsAreEachOthersInverse() {
        assertEquals(1023, MODE.slot(0xffff_ffffL, 2));
        assertEquals(1022, MODE.slot(0xffff_efffL, 1));
        assertEquals(768, MODE.slot(0xc000_0000L, 2));
        assertEquals(0xffc0_0000L, MODE.offset(1023, 2));
        assertEquals(0x003f_f000L, MODE.offset(1023, 1));
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            long page = Integer.toUnsignedLong(random.nextInt()) & ~0xfffL;
            long back = MODE.offset(MODE.slot(page, 2), 2) + MODE.offset(MODE.slot(page, 1), 1);
            assertEquals(page, back, () -> "seed " + seed);
        }
    }

    @Test
    void whatAnEntryMeansDependsOnItsLevelPsAndPse() {
        assertEquals(PSE, MODE.kindBits());
        long[] words = {0x80, 0x01, 0x81};
        EntryKind[][] expected = {
            // level 1, level 2 without PSE, level 2 with PSE
            {EntryKind.ABSENT, EntryKind.ABSENT, EntryKind.ABSENT},
            {EntryKind.LEAF, EntryKind.TABLE, EntryKind.TABLE},
            {EntryKind.LEAF, EntryKind.TABLE, EntryKind.LEAF},
        };
        for (int i = 0; i < words.length; i++) {
            assertEquals(expected[i][0], MODE.kind(words[i], 1, 0));
            assertEquals(expected[i][0], MODE.kind(words[i], 1, PSE));
            assertEquals(expected[i][1], MODE.kind(words[i], 2, ~PSE));
            assertEquals(expected[i][2], MODE.kind(words[i], 2, PSE));
        }
    }

    @Test
    void theFrameOfAnEntryIsReadAsItsKindSays() {
        long word = 0xffff_ffffL;
        assertEquals(0xfffff, MODE.frame(word, 1, PSE));
        assertEquals(0xfffff, MODE.frame(word, 2, 0));
        assertEquals(0xfff_fc00, MODE.frame(word, 2, PSE));
        assertEquals(0xfffff, MODE.frame(word & ~0x80L, 2, PSE));
        assertEquals(0x400, MODE.frame(0x0040_0083, 2, PSE));
    }

    @Test
    void eachPredicateAsksForItsBitAlone() {
        assertBit(0x20, MODE::accessed);
        assertBit(0x40, MODE::dirty);
        assertBit(0x02, MODE::writable);
        assertBit(0x04, MODE::user);
        assertBit(0x100, MODE::global);
        assertEquals(0x60, MODE.markBits());
    }

    private static void assertBit(long bit, LongPredicate predicate) {
        assertTrue(predicate.test(bit));
        assertTrue(predicate.test(0xffff_ffffL));
        assertFalse(predicate.test(0xffff_ffffL & ~bit));
        assertFalse(predicate.test(0));
    }
}

package org.pagetrail.traces.ia32;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.profile.Features;

class ReservedBitsTest {
    private static final PagingMode MODE = Ia32Paging.MODE;
    private static final long PSE = 0x10;

    private static Features features(boolean pat, boolean pse36, int width) {
        return new Features(true, true, pat, pse36, width, false, false);
    }

    /** The rows of SDM volume 3A, table 4-4: which of bits 21:12 of a 4 MB page's entry must be 0. */
    @ParameterizedTest
    @CsvSource({
        "true, true, 40, 200000",
        "true, true, 52, 200000",
        "true, true, 39, 300000",
        "true, true, 36, 3e0000",
        "true, true, 32, 3fe000",
        "true, false, 40, 3fe000",
        "false, true, 40, 201000",
        "false, false, 36, 3ff000"
    })
    void theReservedBitsOfALargePageFollowFromTheFeatures(boolean pat, boolean pse36, int width, String expected) {
        Features features = features(pat, pse36, width);
        long reserved = Long.parseLong(expected, 16);
        assertEquals(reserved, new ReservedBits(features).largePde());
        for (int bit = 12; bit <= 21; bit++) {
            long entry = 0x83 | 1L << bit;
            assertEquals(1L << bit & reserved, MODE.reservedBits(entry, 2, PSE, features), "bit " + bit);
        }
    }

    @Test
    void bit7OfATableEntryIsReservedWithoutPatWhilePseIsSet() {
        assertEquals(0x80, MODE.reservedBits(0x83, 1, PSE, features(false, true, 36)));
        assertEquals(0, MODE.reservedBits(0x83, 1, 0, features(false, true, 36)));
        assertEquals(0, MODE.reservedBits(0x83, 1, PSE, features(true, true, 36)));
    }

    @Test
    void absentEntriesReferencesToTablesAndPsWithoutPseHaveNone() {
        Features strictest = features(false, false, 32);
        assertEquals(0, MODE.reservedBits(0xffff_fffeL, 1, PSE, strictest), "absent");
        assertEquals(0, MODE.reservedBits(0xffff_fffeL, 2, PSE, strictest), "absent");
        assertEquals(0, MODE.reservedBits(0xffff_ff7fL, 2, PSE, strictest), "a table");
        assertEquals(0, MODE.reservedBits(0xffff_ffffL, 2, 0, strictest), "PS without PSE");
    }

    @Test
    void controlBitsAreReadWhereTheManualHasThem() {
        for (int bit = 0; bit < 32; bit++) {
            long word = 1L << bit;
            assertEquals(bit == 31, MODE.pagingEnabled(word), "CR0 bit " + bit);
            assertEquals(bit == 16, MODE.writeProtected(word), "CR0 bit " + bit);
            assertEquals(bit == 7, MODE.globalPagesEnabled(word), "CR4 bit " + bit);
            assertEquals(bit == 20, MODE.supervisorFetchesPrevented(word), "CR4 bit " + bit);
            assertEquals(bit == 21, MODE.supervisorAccessesPrevented(word), "CR4 bit " + bit);
        }
        assertTrue(MODE.pagingEnabled(0xffff_ffffL));
    }
}

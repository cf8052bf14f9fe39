package org.pagetrail.recorder.kernel.firmware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirmwareMemoryMapTest {
    private static List<String> lines(long ram) {
        return FirmwareMemoryMap.ofPc(ram).ranges().stream()
                .map(range -> String.format(Locale.ROOT, "%08x-%08x %s", range.first(), range.end() - 1, range.type()))
                .toList();
    }

    @Test
    void aPcWith64MegabytesReportsWhatQemuReports() {
        assertEquals(
                List.of(
                        "00000000-0009fbff AVAILABLE",
                        "0009fc00-0009ffff RESERVED",
                        "000f0000-000fffff RESERVED",
                        "00100000-03fdffff AVAILABLE",
                        "03fe0000-03ffffff RESERVED",
                        "fffc0000-ffffffff RESERVED"),
                lines(64L << 20));
    }

    @Test
    void aPcWith1MegabyteHasLowMemoryOnly() {
        assertEquals(
                List.of(
                        "00000000-0009fbff AVAILABLE",
                        "0009fc00-0009ffff RESERVED",
                        "000f0000-000fffff RESERVED",
                        "fffc0000-ffffffff RESERVED"),
                lines(1L << 20));
    }

    @Test
    void theReservedRangeAtTheTopStaysAboveOneMegabyte() {
        assertEquals("00100000-00100fff RESERVED", lines((1L << 20) + 4096).get(3));
        assertEquals(
                "00100000-00100fff AVAILABLE", lines((1L << 20) + (132 << 10)).get(3));
    }

    @Test
    void muchMemoryMakesRoomForDevicesBelowFourGigabytes() {
        assertEquals("00100000-dffdefff AVAILABLE", lines(0xdfff_f000L).get(3));
        for (long ram : new long[] {0xe000_0000L, 1L << 32}) {
            assertEquals("00100000-bffdffff AVAILABLE", lines(ram).get(3));
            assertEquals("bffe0000-bfffffff RESERVED", lines(ram).get(4));
            assertEquals(0xc000_0000L, FirmwareMemoryMap.ofPc(ram).top());
            assertEquals(ram, FirmwareMemoryMap.ofPc(ram).ramBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {Long.MIN_VALUE, -4096, 0, 4096, (1 << 20) - 4096, (1 << 20) + 1, (1L << 32) + 4096, Long.MAX_VALUE
            })
    void ramThatNoPcHasIsRefused(long ram) {
        String message = assertThrows(BootLoaderException.class, () -> FirmwareMemoryMap.ofPc(ram))
                .getMessage();
        assertEquals("RAM of " + ram + " bytes; use a multiple of 4 KB from 1 MB to 4 GB", message);
    }

    @Test
    void aRangeIsAvailableWhenAllOfItIs() {
        FirmwareMemoryMap map = FirmwareMemoryMap.ofPc(64L << 20);
        assertTrue(map.isAvailable(0, 0x9_fc00));
        assertFalse(map.isAvailable(0, 0x9_fc01));
        assertFalse(map.isAvailable(0xa_0000, 1));
        assertFalse(map.isAvailable(0xf_ffff, 2));
        assertTrue(map.isAvailable(0x10_0000, 0x3ee_0000));
        assertFalse(map.isAvailable(0x10_0000, 0x3ee_0001));
        assertFalse(map.isAvailable(0x3fd_ffff, 2));
        assertFalse(map.isAvailable(0x10_0000, Long.MAX_VALUE));
        assertFalse(map.isAvailable(-1, 2));
    }

    @Test
    void rangesAreInOrderAndApart() {
        for (long ram = 1 << 20; ram <= 1L << 32; ram += 0x3f_f000) {
            List<FirmwareMemoryMap.Range> ranges =
                    FirmwareMemoryMap.ofPc(ram / 4096 * 4096).ranges();
            for (int i = 1; i < ranges.size(); i++) {
                assertTrue(ranges.get(i).first() >= ranges.get(i - 1).end(), "RAM " + ram);
            }
        }
    }
}

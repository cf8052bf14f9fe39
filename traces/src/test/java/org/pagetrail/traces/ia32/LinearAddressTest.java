package org.pagetrail.traces.ia32;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearAddressTest {
    @Test
    void theKernelsFirstAddressHasDirectorySlot768() {
        assertEquals(768, LinearAddress.directorySlot(0xc000_0000));
        assertEquals(0, LinearAddress.tableSlot(0xc000_0000));
        assertEquals(0, LinearAddress.offset(0xc000_0000));
        assertEquals(0xc0000, LinearAddress.page(0xc000_0000));
        assertEquals(0xc000_0000L, LinearAddress.unsigned(0xc000_0000));
    }

    @Test
    void theLastAddressHasTheLastOfEverything() {
        assertEquals(1023, LinearAddress.directorySlot(0xffff_ffff));
        assertEquals(1023, LinearAddress.tableSlot(0xffff_ffff));
        assertEquals(4095, LinearAddress.offset(0xffff_ffff));
        assertEquals(0xf_ffff, LinearAddress.page(0xffff_ffff));
        assertEquals(0xffff_ffffL, LinearAddress.unsigned(-1));
    }

    @Test
    void sizesAreThoseOfTheManual() {
        assertEquals(4096, LinearAddress.PAGE_BYTES);
        assertEquals(4 * 1024 * 1024, LinearAddress.LARGE_PAGE_BYTES);
        assertEquals(1024, LinearAddress.SLOTS);
    }

    @Test
    void thePartsMakeUpTheAddress() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            int linear = random.nextInt();
            long whole = LinearAddress.directorySlot(linear) * 0x40_0000L
                    + LinearAddress.tableSlot(linear) * 0x1000L
                    + LinearAddress.offset(linear);
            assertEquals(linear & 0xffff_ffffL, whole, () -> "seed " + seed);
            assertEquals(whole / 0x1000, LinearAddress.page(linear), () -> "seed " + seed);
            assertEquals(whole, LinearAddress.unsigned(linear), () -> "seed " + seed);
        }
    }
}

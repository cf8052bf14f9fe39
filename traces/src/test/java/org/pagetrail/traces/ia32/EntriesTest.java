package org.pagetrail.traces.ia32;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EntriesTest {
    /** SDM volume 3A, tables 4-4 to 4-6. */
    @Test
    void theBitsAreThoseOfTheManual() {
        assertEquals(0x001, Entries.PRESENT);
        assertEquals(0x002, Entries.WRITABLE);
        assertEquals(0x004, Entries.USER);
        assertEquals(0x008, Entries.WRITE_THROUGH);
        assertEquals(0x010, Entries.CACHE_DISABLE);
        assertEquals(0x020, Entries.ACCESSED);
        assertEquals(0x040, Entries.DIRTY);
        assertEquals(0x080, Entries.PAGE_SIZE);
        assertEquals(0x080, Entries.PTE_PAT);
        assertEquals(0x100, Entries.GLOBAL);
        assertEquals(0x1000, Entries.LARGE_PAT);
    }

    /** SDM volume 3A, 2.5. */
    @Test
    void theControlBitsAreThoseOfTheManual() {
        assertEquals(0x0000_0001, ControlBits.CR0_PE);
        assertEquals(0x0001_0000, ControlBits.CR0_WP);
        assertEquals(0x8000_0000, ControlBits.CR0_PG);
        assertEquals(0x0000_0010, ControlBits.CR4_PSE);
        assertEquals(0x0000_0020, ControlBits.CR4_PAE);
        assertEquals(0x0000_0080, ControlBits.CR4_PGE);
        assertEquals(0x0010_0000, ControlBits.CR4_SMEP);
        assertEquals(0x0020_0000, ControlBits.CR4_SMAP);
    }

    @Test
    void everyBitOfALargeEntryIsAddressHighAddressReservedOrControl() {
        assertEquals(0xffc0_0000, Entries.LARGE_FRAME_MASK);
        assertEquals(0x001f_e000, Entries.LARGE_HIGH_MASK);
        assertEquals(0xffff_f000, Entries.FRAME_MASK);
        int reserved = 1 << 21;
        assertEquals(-1, Entries.LARGE_FRAME_MASK | reserved | Entries.LARGE_HIGH_MASK | Entries.LARGE_PAT | 0xfff);
    }

    @Test
    void onlyBitZeroMakesAnEntryPresent() {
        assertTrue(Entries.present(1));
        assertFalse(Entries.present(0xffff_fffe));
    }

    @Test
    void aDirectoryEntryIsLargeWithItsOwnBitAndTheControlRegisters() {
        assertTrue(Entries.large(0x81, 0x10));
        assertFalse(Entries.large(0x81, 0));
        assertFalse(Entries.large(0x81, 0xffff_ffef));
        assertFalse(Entries.large(0x01, 0x10));
        assertFalse(Entries.large(0xffff_ff7f, 0x10));
    }

    @Test
    void theFrameOfASmallEntryIsItsUpperTwentyBits() {
        assertEquals(0xfffff, Entries.frame(0xffff_ffff));
        assertEquals(0x12345, Entries.frame(0x1234_5fff));
        assertEquals(0, Entries.frame(0xfff));
    }

    @Test
    void theFrameOfALargeEntryHasAddressBits32To39FromItsMiddle() {
        assertEquals(0, Entries.largeFrame(0x003f_1fff & ~0x001f_e000));
        assertEquals(0x400, Entries.largeFrame(0x0040_0083));
        assertEquals(0xffc00, Entries.largeFrame(0xffc0_0083));
        for (int bit = 0; bit < 8; bit++) {
            assertEquals(1 << 20 + bit, Entries.largeFrame(1 << 13 + bit), "address bit " + (32 + bit));
        }
        assertEquals(0xfff_fc00, Entries.largeFrame(0xffff_ffff));
    }

    @Test
    void anAbsentEntryIsToldAsZeroAndAPresentOneUnsigned() {
        assertEquals(0, Entries.told(0xffff_fffe));
        assertEquals(0xffff_ffffL, Entries.told(0xffff_ffff));
        assertEquals(0x8000_0001L, Entries.told(0x8000_0001));
        assertEquals(1, Entries.told(1));
    }
}

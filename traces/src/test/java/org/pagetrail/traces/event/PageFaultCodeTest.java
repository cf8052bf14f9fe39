package org.pagetrail.traces.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PageFaultCodeTest {
    /** SDM volume 3A, figure 4-12. */
    @Test
    void theBitsAreThoseOfTheManual() {
        assertEquals(1, PageFaultCode.PRESENT);
        assertEquals(2, PageFaultCode.WRITE);
        assertEquals(4, PageFaultCode.USER);
        assertEquals(8, PageFaultCode.RESERVED);
        assertEquals(16, PageFaultCode.INSTRUCTION);
    }

    @Test
    void theNamesOfTheSetBitsStandFromTheLowestOn() {
        String[] names = {"P", "W", "U", "RSVD", "F"};
        for (int code = 0; code < 32; code++) {
            StringBuilder expected = new StringBuilder();
            for (int bit = 0; bit < names.length; bit++) {
                if ((code & 1 << bit) != 0) {
                    expected.append('|').append(names[bit]);
                }
            }
            assertEquals(code == 0 ? "0" : expected.substring(1), PageFaultCode.text(code));
        }
    }

    @Test
    void aBitWithoutANameIsShownByItsValue() {
        assertEquals("P|0x20", PageFaultCode.text(0x21));
        assertEquals("0x8000", PageFaultCode.text(0x8000));
        assertEquals("W|0x80000000", PageFaultCode.text(0x8000_0002));
    }
}

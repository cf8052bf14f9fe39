package org.pagetrail.traces.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HexTest {
    @Test
    void aNumberHasEightDigitsOrAsManyAsItNeeds() {
        assertEquals("0x00000000", Hex.text(0));
        assertEquals("0x00000fff", Hex.text(0xfff));
        assertEquals("0xffffffff", Hex.text(0xffff_ffffL));
        assertEquals("0x100000000", Hex.text(0x1_0000_0000L));
        assertEquals("0xffffffffffffffff", Hex.text(-1));
        assertEquals("0x8000000000000000", Hex.text(Long.MIN_VALUE));
    }

    @Test
    void anyNumberIsFormattedAsTheLibraryDoesAndReadBack() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long number = random.nextLong() >>> random.nextInt(Long.SIZE);
            String text = Hex.text(number);
            assertEquals(String.format(Locale.ROOT, "0x%08x", number), text, () -> "seed " + seed);
            assertEquals(number, Hex.parse(text), () -> "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0x",
                "0x0000000",
                "00000000",
                "0X00000000",
                "0x0000000G",
                "0x0000000A",
                "0x+0000000",
                "0x 0000000",
                "0x000000000",
                "0x0100000000",
                "0x10000000000000000",
                "0x00000000 ",
                "0x0000000/",
                "0x0000000:",
                "0x0000000`"
            })
    void anyOtherFormIsRefused(String text) {
        assertThrows(NumberFormatException.class, () -> Hex.parse(text));
    }
}

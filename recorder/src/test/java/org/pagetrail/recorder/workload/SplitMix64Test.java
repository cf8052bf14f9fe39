package org.pagetrail.recorder.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitMix64Test {
    @Test
    void theNumbersAreThoseOfThePublishedGenerator() {
        SplitMix64 random = new SplitMix64(1_234_567);
        assertEquals("6457827717110365317", Long.toUnsignedString(random.next()));
        assertEquals("3203168211198807973", Long.toUnsignedString(random.next()));
        assertEquals("9817491932198370423", Long.toUnsignedString(random.next()));
        assertEquals("4593380528125082431", Long.toUnsignedString(random.next()));
        assertEquals("16408922859458223821", Long.toUnsignedString(random.next()));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, 0x1234_5678_9abc_def0L})
    void theyAreThoseOfTheLibrarysTooWhereItHasTheSameGenerator(long seed) {
        SplittableRandom library = new SplittableRandom(seed);
        SplitMix64 random = new SplitMix64(seed);
        for (int i = 0; i < 1000; i++) {
            assertEquals(library.nextLong(), random.next());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 1000, (1L << 32) + 1, (1L << 62) - 1})
    void numbersStayBelowTheirBound(long bound) {
        SplitMix64 random = new SplitMix64(5);
        long largest = 0;
        for (int i = 0; i < 100_000; i++) {
            long number = random.below(bound);
            assertTrue(number >= 0 && number < bound, () -> number + " of " + bound);
            largest = Math.max(largest, number);
        }
        assertTrue(largest >= bound - 1 - bound / 1000, "only up to " + largest);
    }

    @Test
    void whatIsSplitOffGoesItsOwnWay() {
        SplitMix64 random = new SplitMix64(5);
        SplitMix64 other = random.split();
        int equal = 0;
        for (int i = 0; i < 1000; i++) {
            equal += random.next() == other.next() ? 1 : 0;
        }
        assertEquals(0, equal);
    }
}

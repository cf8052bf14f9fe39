package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunMapTest {
    private static final int FRAMES = 60;

    @Test
    void neighboursOfOneValueAreOneRun() {
        RunMap map = new RunMap();
        map.set(10, 5, 1);
        map.set(20, 5, 1);
        map.set(15, 5, 1);
        assertEquals(List.of(new RunMap.Run(10, 25, 1)), map.runs());
        map.set(25, 1, 2);
        map.clear(12, 1);
        assertEquals(
                List.of(new RunMap.Run(10, 12, 1), new RunMap.Run(13, 25, 1), new RunMap.Run(25, 26, 2)), map.runs());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itHoldsWhatAnArrayHolds(long seed) {
        Random random = new Random(seed);
        RunMap map = new RunMap();
        int[] expected = new int[FRAMES];
        Arrays.fill(expected, RunMap.NONE);
        for (int step = 0; step < 5_000; step++) {
            int first = random.nextInt(FRAMES);
            int count = random.nextInt(Math.min(12, FRAMES - first + 1));
            int value = random.nextInt(4) - 1;
            Arrays.fill(expected, first, first + count, value);
            if (value == RunMap.NONE) {
                map.clear(first, count);
            } else {
                map.set(first, count, value);
            }
            RunMap.Run before = null;
            for (int frame = 0; frame < FRAMES; frame++) {
                assertEquals(expected[frame], map.get(frame), "seed " + seed + " step " + step);
            }
            for (RunMap.Run run : map.runs()) {
                boolean mergeable = before != null && before.end() == run.first() && before.value() == run.value();
                assertFalse(mergeable, "seed " + seed + " step " + step);
                before = run;
            }
        }
    }
}

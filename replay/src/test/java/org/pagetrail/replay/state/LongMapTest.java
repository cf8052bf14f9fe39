package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongMapTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void itHoldsWhatAnOrdinaryMapHolds(long seed) {
        Random random = new Random(seed);
        LongMap<String> map = new LongMap<>();
        TreeMap<Long, String> expected = new TreeMap<>();
        for (int step = 0; step < 20_000; step++) {
            long key = random.nextInt(seed % 2 == 0 ? 40 : 4_000);
            if (random.nextInt(3) != 0) {
                map.put(key, "v" + step);
                expected.put(key, "v" + step);
            } else {
                assertEquals(expected.remove(key), map.remove(key), "seed " + seed + " step " + step);
            }
            assertEquals(expected.get(key), map.get(key), "seed " + seed + " step " + step);
            assertEquals(expected.size(), map.size());
        }
        long[] keys = expected.keySet().stream().mapToLong(Long::longValue).toArray();
        assertArrayEquals(keys, map.sortedKeys());
        LongMap<String> copy = map.copy(value -> value + "'");
        map.clear();
        for (long key : keys) {
            assertEquals(expected.get(key) + "'", copy.get(key));
            assertEquals(null, map.get(key));
        }
    }
}

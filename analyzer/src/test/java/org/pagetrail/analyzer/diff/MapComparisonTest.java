package org.pagetrail.analyzer.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pagetrail.analyzer.diff.MapDifference.Change;
import org.pagetrail.replay.state.MapRange;

class MapComparisonTest {
    private static final int RW = 0xb;

    private static MapRange range(long firstPage, long pages, long frame, int rights) {
        return new MapRange(
                firstPage << 12, (firstPage + pages << 12) - 1, frame << 12, 4096, rights, false, false, null);
    }

    private static MapRange window(long page, long frame) {
        return new MapRange(page << 12, (page + 1 << 12) - 1, frame << 12, 4096, RW, false, true, "page-tables");
    }

    @Test
    void equalMapsDoNotDifferHoweverTheyAreCut() {
        List<MapRange> whole = List.of(range(1, 4, 9, RW));
        List<MapRange> cut = List.of(range(1, 1, 9, RW), range(2, 3, 10, RW));
        assertEquals(List.of(), MapComparison.of(whole, cut));
        assertEquals(List.of(), MapComparison.of(List.of(), List.of()));
    }

    @Test
    void aHoleInARangeIsOneRemoval() {
        List<MapDifference> found =
                MapComparison.of(List.of(range(1, 8, 9, RW)), List.of(range(1, 2, 9, RW), range(5, 4, 13, RW)));
        assertEquals(1, found.size());
        assertTrue(found.get(0).removed());
        assertEquals(0x3000, found.get(0).first());
        assertEquals(0x4fff, found.get(0).last());
        assertEquals(11 << 12, found.get(0).old().physical());
    }

    @Test
    void tablesInTheWindowThatMovedAnywhereAreOneDifference() {
        List<MapRange> old = List.of(window(1, 50), window(2, 51), window(3, 70));
        List<MapRange> now = List.of(window(1, 60), window(2, 40), window(3, 41));
        List<MapDifference> found = MapComparison.of(old, now);
        assertEquals(1, found.size());
        assertEquals(List.of(Change.FRAMES), found.get(0).changes());
        assertFalse(found.get(0).old().inOrder());
    }

    @Test
    void aSmallerPageSizeIsSaidAsSuch() {
        List<MapRange> old = List.of(new MapRange(0, 0x3fffff, 0, 0x400000, RW, false, false, null));
        List<MapRange> now = List.of(range(0, 1024, 0, RW));
        List<MapDifference> found = MapComparison.of(old, now);
        assertEquals(1, found.size());
        assertEquals(List.of(Change.PAGE_SIZE), found.get(0).changes());
    }

    @Test
    void everyPageIsInADifferenceExactlyWhenItDiffers() {
        long seed = 31;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            List<MapRange> old = maps(random);
            List<MapRange> now = maps(random);
            List<MapDifference> found = MapComparison.of(old, now);
            for (long page = 0; page < 70; page++) {
                long at = page << 12;
                boolean told = found.stream().anyMatch(one -> one.first() <= at && at <= one.last());
                String about = "seed " + seed + " round " + round + " page " + page;
                assertEquals(!Objects.equals(meaning(old, at), meaning(now, at)), told, about);
            }
        }
    }

    private static String meaning(List<MapRange> map, long at) {
        for (MapRange range : map) {
            if (range.first() <= at && at <= range.last()) {
                return range.physical() + at - range.first() + " " + range.rights();
            }
        }
        return null;
    }

    private static List<MapRange> maps(Random random) {
        List<MapRange> ranges = new ArrayList<>();
        long page = random.nextInt(4);
        while (page < 60) {
            long pages = 1L + random.nextInt(6);
            ranges.add(range(page, pages, page + random.nextInt(2) * 100L, random.nextBoolean() ? RW : 1));
            page += pages + random.nextInt(3);
        }
        return ranges;
    }
}

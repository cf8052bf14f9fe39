package org.pagetrail.analyzer.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.event.TraceReader;

class EventComparisonTest {
    private static final List<String> PARTS = List.of("P");

    /** A phase with one event for each number that is chosen, each of a page of its own. */
    private static ToldTrace pages(int count, IntPredicate chosen) {
        ToldTrace trace = new ToldTrace();
        trace.begin("P");
        for (int i = 0; i < count; i++) {
            if (chosen.test(i)) {
                trace.pageFaulted(trace.tick(), (long) i << 12, 0, 0, 0, 0, 0, 2);
            }
        }
        trace.end("P");
        return trace;
    }

    private static EventDifferences compare(ToldTrace old, ToldTrace now, int window, int largest) {
        try (TraceReader oldReader = old.read();
                TraceReader nowReader = now.read()) {
            TraceFeed before = new TraceFeed(oldReader, List.of());
            TraceFeed after = new TraceFeed(nowReader, List.of());
            EventTally tally = new EventTally(
                    before,
                    after,
                    new Counterparts(PagingModes.named(oldReader.header().mode())));
            new EventComparison(before, after, tally, window, largest).run(PARTS, PARTS);
            return tally.differences(0, 0);
        }
    }

    @Test
    void differencesAreFoundThroughWindowsOfAnySize() {
        long seed = 5;
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            boolean[] inOld = new boolean[400];
            boolean[] inNow = new boolean[400];
            int onlyOld = 0;
            int onlyNow = 0;
            for (int i = 0; i < inOld.length; i++) {
                int choice = random.nextInt(12);
                inOld[i] = choice != 0;
                inNow[i] = choice != 1;
                onlyNow += choice == 0 ? 1 : 0;
                onlyOld += choice == 1 ? 1 : 0;
            }
            ToldTrace old = pages(400, i -> inOld[i]);
            ToldTrace now = pages(400, i -> inNow[i]);
            for (int window : new int[] {16, 64, 1024}) {
                EventDifferences found = compare(old, now, window, 4 * window);
                String about = "seed " + seed + " round " + round + " window " + window;
                assertEquals(onlyNow, found.added(), about);
                assertEquals(onlyOld, found.removed(), about);
                assertEquals(0, found.changed(), about);
            }
        }
    }

    @Test
    void whatIsLongerThanTheFirstWindowIsSeenThroughByALargerOne() {
        ToldTrace old = pages(3000, i -> i < 1000 || i >= 1500);
        ToldTrace now = pages(3000, i -> true);
        EventDifferences found = compare(old, now, 32, 2048);
        assertEquals(500, found.added());
        assertEquals(0, found.removed());
    }

    @Test
    void whatIsLongerThanTheLargestWindowIsCountedAsDifferentAndTheSumsAreRight() {
        ToldTrace old = pages(3000, i -> i < 1000 || i >= 1500);
        ToldTrace now = pages(3000, i -> true);
        EventDifferences found = compare(old, now, 32, 64);
        assertEquals(500, found.added() - found.removed());
        assertTrue(found.added() >= 500);
    }

    @Test
    void nothingInCommonIsAllRemovedAndAllAdded() {
        EventDifferences found = compare(pages(300, i -> i < 150), pages(300, i -> i >= 150), 16, 64);
        assertEquals(150, found.added());
        assertEquals(150, found.removed());
    }
}

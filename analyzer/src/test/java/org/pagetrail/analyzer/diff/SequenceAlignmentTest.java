package org.pagetrail.analyzer.diff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SequenceAlignmentTest {
    private static final int NONE = SequenceAlignment.NONE;

    private static long[] letters(String text) {
        return text.chars().asLongStream().toArray();
    }

    private static int[] align(String old, String now) {
        return SequenceAlignment.align(letters(old), letters(now));
    }

    private static int matches(int... partner) {
        return (int) Arrays.stream(partner).filter(i -> i != NONE).count();
    }

    private static void assertCommonSubsequence(long[] old, long[] now, int[] partner, String about) {
        int last = -1;
        for (int i = 0; i < old.length; i++) {
            if (partner[i] != NONE) {
                assertTrue(partner[i] > last, about);
                last = partner[i];
                assertEquals(old[i], now[partner[i]], about);
            }
        }
    }

    private static int longestCommonSubsequence(long[] old, long[] now) {
        int[][] best = new int[old.length + 1][now.length + 1];
        for (int i = 1; i <= old.length; i++) {
            for (int j = 1; j <= now.length; j++) {
                best[i][j] =
                        old[i - 1] == now[j - 1] ? best[i - 1][j - 1] + 1 : Math.max(best[i - 1][j], best[i][j - 1]);
            }
        }
        return best[old.length][now.length];
    }

    @Test
    void equalSequencesMatchWhole() {
        assertArrayEquals(new int[] {0, 1, 2, 3}, align("abab", "abab"));
        assertArrayEquals(new int[0], align("", ""));
    }

    @Test
    void whatIsOnOneSideOnlyHasNoPartner() {
        assertArrayEquals(new int[] {0, 1, 4, 5}, align("abcd", "abXYcd"));
        assertArrayEquals(new int[] {0, NONE, NONE, 1}, align("abcd", "ad"));
        assertArrayEquals(new int[] {NONE, NONE}, align("ab", ""));
        assertArrayEquals(new int[0], align("", "ab"));
        assertArrayEquals(new int[] {NONE, NONE}, align("ab", "cd"));
    }

    @Test
    void ofTwoThatChangedPlacesOneKeepsItsPartner() {
        assertEquals(3, matches(align("abcd", "acbd")));
    }

    @Test
    void withoutAnchorsTheLongestCommonSubsequenceIsFound() {
        long seed = 20240311;
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            // Every value twice or more on each side, so that none is an anchor.
            long[] old = doubled(random, random.nextInt(12));
            long[] now = doubled(random, random.nextInt(12));
            int[] partner = SequenceAlignment.align(old, now);
            String about = "seed " + seed + " round " + round + " " + Arrays.toString(old) + Arrays.toString(now);
            assertCommonSubsequence(old, now, partner, about);
            assertEquals(longestCommonSubsequence(old, now), matches(partner), about);
        }
    }

    private static long[] doubled(Random random, int length) {
        long[] values = random.longs(length, 0, 3).toArray();
        long[] twice =
                LongStream.concat(Arrays.stream(values), Arrays.stream(values)).toArray();
        for (int i = twice.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long value = twice[i];
            twice[i] = twice[other];
            twice[other] = value;
        }
        return twice;
    }

    @Test
    void withLimitsSmallerThanTheDifferencesTheResultIsACommonSubsequenceStill() {
        long seed = 77;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            long[] old = random.longs(random.nextInt(60), 0, 8).toArray();
            long[] now = random.longs(random.nextInt(60), 0, 8).toArray();
            for (int mostEdits : new int[] {1, 2, 5}) {
                for (long mostSteps : new long[] {0, 10, 1000}) {
                    int[] partner = SequenceAlignment.align(old, now, mostEdits, mostSteps);
                    assertCommonSubsequence(old, now, partner, "seed " + seed + " round " + round);
                }
            }
        }
    }

    @Test
    void aLongInsertionIsFoundByItsNeighboursHoweverSmallTheLimit() {
        long[] old = LongStream.range(0, 2000).toArray();
        long[] now = LongStream.concat(
                        LongStream.concat(
                                LongStream.range(0, 1000),
                                LongStream.generate(() -> 7_777).limit(50_000)),
                        LongStream.range(1000, 2000))
                .toArray();
        assertEquals(2000, matches(SequenceAlignment.align(old, now, 1, 1)));
    }

    @Test
    void sequencesThatHaveNothingInCommonMatchNowhere() {
        long[] old = LongStream.range(0, 200_000).map(i -> i % 1000).toArray();
        long[] now = LongStream.range(0, 200_000).map(i -> 5000 + i % 1000).toArray();
        assertEquals(0, matches(SequenceAlignment.align(old, now)));
    }

    @Test
    void longSequencesInAnotherOrderMatchAsFarAsTheLimitAllows() {
        Random random = new Random(9);
        long[] old = random.longs(100_000, 0, 500).toArray();
        long[] now = random.longs(100_000, 0, 500).toArray();
        int[] partner = SequenceAlignment.align(old, now);
        assertCommonSubsequence(old, now, partner, "seed 9");
        assertTrue(matches(partner) > 1000);
    }
}

package org.pagetrail.recorder.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessPatternTest {
    private static final int BASE = 0x4000_0000;
    private static final int PAGE = 4096;
    private static final int DRAWS = 1_000_000;
    private static final AccessMix READS = new AccessMix(4, 0);
    private static final Distribution UNIFORM = new Distribution.Uniform();

    private static AddressRange range(long bytes) {
        return new AddressRange(BASE, bytes);
    }

    private static int[] offsets(AccessPattern pattern, int count) {
        return IntStream.range(0, count).map(i -> pattern.next() - BASE).toArray();
    }

    /** How often each unit of so many bytes from the beginning of the range was drawn. */
    private static int[] drawn(AccessPattern pattern, int units, int bytes) {
        int[] counts = new int[units];
        for (int i = 0; i < DRAWS; i++) {
            counts[(pattern.next() - BASE) / bytes]++;
        }
        return counts;
    }

    private static void assertNear(double expected, double found, String what) {
        // Five standard deviations of a count, and one for small ones.
        double allowed = 5 * Math.sqrt(expected) + 1;
        assertTrue(Math.abs(found - expected) <= allowed, () -> what + ": " + found + " is not about " + expected);
    }

    @Test
    void sequentialAccessesFollowEachOtherAndStartOver() {
        assertArrayEquals(new int[] {0, 4, 8, 12, 0, 4}, offsets(AccessPattern.sequential(range(16), 4, READS, 1), 6));
        assertArrayEquals(
                new int[] {0, 4, 8, 0, 4}, offsets(AccessPattern.sequential(range(15), 4, READS, 1), 5), "a rest");
        assertArrayEquals(
                new int[] {0, 5, 10, 0}, offsets(AccessPattern.sequential(range(16), 5, READS, 1), 4), "with gaps");
        assertArrayEquals(
                new int[] {0, 1, 2, 0}, offsets(AccessPattern.sequential(range(6), 1, READS, 1), 4), "overlapping");
        assertArrayEquals(new int[] {0, 0}, offsets(AccessPattern.sequential(range(4), 4, READS, 1), 2), "one");
    }

    @Test
    void stridesGoColumnByColumn() {
        assertArrayEquals(
                new int[] {0, 8, 16, 4, 12, 20, 0, 8}, offsets(AccessPattern.stride(range(24), 8, READS, 1), 8));
        assertArrayEquals(
                new int[] {20, 12, 4, 16, 8, 0, 20}, offsets(AccessPattern.stride(range(24), -8, READS, 1), 7), "down");
        assertArrayEquals(
                new int[] {0, 12, 4, 16, 8, 0},
                offsets(AccessPattern.stride(range(20), 12, READS, 1), 6),
                "a torn row");
        assertArrayEquals(new int[] {0, 4, 8, 0}, offsets(AccessPattern.stride(range(12), 12, READS, 1), 4), "one row");
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 64, PAGE, 3 * PAGE + 8, -4, -PAGE, -(5 * PAGE)})
    void aStrideVisitsEveryPartOnceBeforeAnyTwice(long stride) {
        int parts = 16 * PAGE / 4;
        AccessPattern pattern = AccessPattern.stride(range(16 * PAGE), stride, READS, 1);
        int[] all = IntStream.range(0, parts).map(i -> 4 * i).toArray();
        for (int lap = 0; lap < 3; lap++) {
            int[] visited = offsets(pattern, parts);
            Arrays.sort(visited);
            assertArrayEquals(all, visited);
        }
    }

    @Test
    void uniformAccessesGoEverywhereAlike() {
        int[] counts = drawn(AccessPattern.random(range(1000 * 4 + 3), UNIFORM, READS, 42), 1001, 4);
        assertEquals(0, counts[1000], "what does not fit");
        for (int i = 0; i < 1000; i++) {
            assertNear(DRAWS / 1000.0, counts[i], "part " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.99, 1, 2.5, 10})
    void zipfsPagesHaveTheProbabilitiesOfTheirRanks(double exponent) {
        int pages = 300;
        int[] counts = drawn(
                AccessPattern.random(range((long) pages * PAGE), new Distribution.Zipf(exponent), READS, 42),
                pages,
                PAGE);
        int[] sorted = counts.clone();
        Arrays.sort(sorted);
        double sum = IntStream.rangeClosed(1, pages)
                .mapToDouble(rank -> Math.pow(rank, -exponent))
                .sum();
        if (exponent == 0) {
            for (int count : counts) {
                assertNear(DRAWS / (double) pages, count, "a page");
            }
        } else {
            for (int rank = 1; rank <= 20; rank++) {
                assertNear(DRAWS * Math.pow(rank, -exponent) / sum, sorted[pages - rank], "rank " + rank);
            }
        }
    }

    @Test
    void zipfsRanksAreScatteredAndEachPageHasOne() {
        int pages = 64;
        int[] counts = drawn(
                AccessPattern.random(range((long) pages * PAGE), new Distribution.Zipf(1), READS, 42), pages, PAGE);
        int[] byCount = IntStream.range(0, pages)
                .boxed()
                .sorted((a, b) -> Integer.compare(counts[b], counts[a]))
                .mapToInt(page -> page)
                .toArray();
        for (int rank = 1; rank < 5; rank++) {
            assertTrue(Math.abs(byCount[rank] - byCount[rank - 1]) > 1, Arrays.toString(byCount));
        }
        assertTrue(counts[byCount[pages - 1]] > 0);
    }

    @Test
    void withinAPageZipfsAccessesGoEverywhereAlike() {
        AccessPattern pattern = AccessPattern.random(range(PAGE), new Distribution.Zipf(1), new AccessMix(3, 0), 42);
        int parts = PAGE / 3;
        int[] counts = drawn(pattern, parts + 1, 3);
        assertEquals(0, counts[parts], "what would cross into the next page");
        for (int i = 0; i < parts; i++) {
            assertNear(DRAWS / (double) parts, counts[i], "part " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.9, 1})
    void theHotPartHasItsShare(double share) {
        AccessPattern pattern =
                AccessPattern.random(range(100 * PAGE), new Distribution.HotSet(10 * PAGE, share), READS, 42);
        int[] counts = drawn(pattern, 100, PAGE);
        for (int page = 0; page < 100; page++) {
            assertNear(page < 10 ? DRAWS * share / 10 : DRAWS * (1 - share) / 90, counts[page], "page " + page);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.999, 1})
    void writesHaveTheirShareAndDoNotMoveTheAccesses(double share) {
        AccessPattern pattern = AccessPattern.random(range(1 << 20), UNIFORM, new AccessMix(4, share), 42);
        AccessPattern reads = AccessPattern.random(range(1 << 20), UNIFORM, READS, 42);
        int writes = 0;
        for (int i = 0; i < DRAWS; i++) {
            assertEquals(reads.next(), pattern.next());
            writes += pattern.write() ? 1 : 0;
            assertEquals(pattern.write(), pattern.write());
            assertFalse(reads.write());
        }
        assertNear(DRAWS * Math.min(share, 1 - share), share < 0.5 ? writes : DRAWS - writes, "writes");
    }

    static Stream<AccessPattern> all(AddressRange range, AccessMix mix, long seed) {
        return Stream.of(
                AccessPattern.sequential(range, mix.size(), mix, seed),
                AccessPattern.sequential(range, range.bytes(), mix, seed),
                AccessPattern.stride(range, range.bytes(), mix, seed),
                AccessPattern.stride(range, -range.bytes() / 2 - 1, mix, seed),
                AccessPattern.random(range, UNIFORM, mix, seed),
                AccessPattern.random(range, new Distribution.Zipf(0.8), mix, seed),
                AccessPattern.random(range, new Distribution.HotSet(mix.size(), 0.5), mix, seed));
    }

    @Test
    void noAccessLeavesItsRange() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            long bytes = (long) (2 + random.nextInt(50)) * PAGE;
            long first = random.nextBoolean() ? (1L << 32) - bytes : (long) random.nextInt(1 << 19) * PAGE;
            AddressRange range = new AddressRange(first, bytes);
            AccessMix mix = new AccessMix(1 + random.nextInt(PAGE), random.nextDouble());
            String which = "seed " + seed;
            for (AccessPattern pattern : all(range, mix, seed).toList()) {
                assertEquals(mix.size(), pattern.size());
                for (int i = 0; i < 1000; i++) {
                    long linear = Integer.toUnsignedLong(pattern.next());
                    assertTrue(range.contains(linear, mix.size()), which);
                }
            }
        }
    }

    @Test
    void aRangeMayBeAllThereIs() {
        AddressRange range = new AddressRange(0, 1L << 32);
        AccessPattern pattern = AccessPattern.random(range, UNIFORM, READS, 42);
        int[] counts = new int[4];
        for (int i = 0; i < DRAWS; i++) {
            counts[pattern.next() >>> 30]++;
        }
        for (int quarter : counts) {
            assertNear(DRAWS / 4.0, quarter, "a quarter");
        }
        assertEquals(-4, AccessPattern.stride(range, -4, READS, 1).next());
    }

    @Test
    void aSeedGivesOneSeries() {
        AccessMix mix = new AccessMix(8, 0.5);
        List<AccessPattern> one = all(range(64 * PAGE), mix, 7).toList();
        List<AccessPattern> same = all(range(64 * PAGE), mix, 7).toList();
        List<AccessPattern> other = all(range(64 * PAGE), mix, 8).toList();
        for (int i = 0; i < one.size(); i++) {
            long sum = 0;
            long otherSum = 0;
            for (int j = 0; j < 1000; j++) {
                int linear = one.get(i).next();
                assertEquals(linear, same.get(i).next());
                assertEquals(one.get(i).write(), same.get(i).write());
                sum = sum * 31 + linear * 2L + (one.get(i).write() ? 1 : 0);
                otherSum =
                        otherSum * 31 + other.get(i).next() * 2L + (other.get(i).write() ? 1 : 0);
            }
            assertNotEquals(sum, otherSum, "pattern " + i);
        }
    }

    @Test
    void theSeriesOfASeedNeverChanges() {
        List<Long> sums = all(range(64 * PAGE), new AccessMix(8, 0.5), 7)
                .map(pattern -> {
                    long sum = 0;
                    for (int i = 0; i < 10_000; i++) {
                        sum = sum * 31 + pattern.next() * 2L + (pattern.write() ? 1 : 0);
                    }
                    return sum;
                })
                .toList();
        assertEquals(
                List.of(
                        -197992358577956915L,
                        3154045356197535565L,
                        -197992358577956915L,
                        4030243114003021373L,
                        -7932410063886104579L,
                        -1239467671139051955L,
                        7420692201500129357L),
                sums);
    }

    @Test
    void nothingIsAllocatedForAnAccess() {
        List<AccessPattern> patterns =
                all(range(64 * PAGE), new AccessMix(8, 0.5), 7).toList();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < patterns.size(); i++) {
            AccessPattern pattern = patterns.get(i);
            long before = threads.getCurrentThreadAllocatedBytes();
            long sum = 0;
            for (int j = 0; j < DRAWS; j++) {
                sum += pattern.next();
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < DRAWS && sum != 0, () -> allocated + " bytes");
        }
    }

    static Stream<Arguments> refused() {
        AddressRange small = range(16);
        AddressRange pages = range(4 * PAGE);
        return Stream.of(
                refused("an access of 0 bytes is not 1 to 4096", () -> new AccessMix(0, 0)),
                refused("an access of 4097 bytes is not 1 to 4096", () -> new AccessMix(4097, 0)),
                refused("a share of writes of 1.5 is not 0 to 1", () -> new AccessMix(4, 1.5)),
                refused("a share of writes of -0.1 is not 0 to 1", () -> new AccessMix(4, -0.1)),
                refused("a share of writes of NaN is not 0 to 1", () -> new AccessMix(4, Double.NaN)),
                refused("0 bytes from 0x00001000 on are no range within 32 bits", () -> new AddressRange(0x1000, 0)),
                refused(
                        "4097 bytes from 0xfffff000 on are no range within 32 bits",
                        () -> new AddressRange(0xffff_f000L, 4097)),
                refused(
                        "a range that begins at 0x100000000 is not within 32 bits",
                        () -> new AddressRange(1L << 32, 1)),
                refused(
                        "an access of 32 bytes does not fit into a range of 16",
                        () -> AccessPattern.random(small, UNIFORM, new AccessMix(32, 0), 1)),
                refused(
                        "a step of 0 bytes is not 1 to the 16 of the range",
                        () -> AccessPattern.sequential(small, 0, READS, 1)),
                refused(
                        "a step of 17 bytes is not 1 to the 16 of the range",
                        () -> AccessPattern.sequential(small, 17, READS, 1)),
                refused(
                        "a stride of 0 bytes is not 1 to the 16 of the range, up or down",
                        () -> AccessPattern.stride(small, 0, READS, 1)),
                refused(
                        "a stride of -17 bytes is not 1 to the 16 of the range, up or down",
                        () -> AccessPattern.stride(small, -17, READS, 1)),
                refused(
                        "a stride of -9223372036854775808 bytes is not 1 to the 16 of the range, up or down",
                        () -> AccessPattern.stride(small, Long.MIN_VALUE, READS, 1)),
                refused("an exponent of -1.0 is not 0 to 10", () -> new Distribution.Zipf(-1)),
                refused("an exponent of NaN is not 0 to 10", () -> new Distribution.Zipf(Double.NaN)),
                refused(
                        "Zipf's law is over pages; begin and end the range with one",
                        () -> AccessPattern.random(small, new Distribution.Zipf(1), READS, 1)),
                refused("a hot part of 0 bytes is none", () -> new Distribution.HotSet(0, 0.5)),
                refused(
                        "a share of accesses to the hot part of 2.0 is not 0 to 1",
                        () -> new Distribution.HotSet(4, 2)),
                refused(
                        "a hot part of 16384 bytes leaves no room for accesses of 4 both in and behind it, in a range of"
                                + " 16384",
                        () -> AccessPattern.random(pages, new Distribution.HotSet(4 * PAGE, 0.5), READS, 1)),
                refused(
                        "a hot part of 3 bytes leaves no room for accesses of 4 both in and behind it, in a range of"
                                + " 16384",
                        () -> AccessPattern.random(pages, new Distribution.HotSet(3, 0.5), READS, 1)));
    }

    private static Arguments refused(String message, Executable what) {
        return Arguments.of(message, what);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void parametersThatMeanNothingAreRefused(String message, Executable what) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, what).getMessage());
    }
}

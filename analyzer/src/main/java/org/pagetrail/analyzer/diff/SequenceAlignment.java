package org.pagetrail.analyzer.diff;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which elements of two sequences stand for each other: a common subsequence, as long as the effort allows.
 *
 * <p>Elements whose value the other side lacks are set aside. Those that are alone of their value on both sides are anchors; of these,
 * the longest run that is in the same order on both sides is kept (Cohen's "patience" diff). What lies between two anchors is compared
 * with the greedy algorithm of Myers ("An O(ND) Difference Algorithm and Its Variations", 1986).
 *
 * <p>Myers' algorithm costs the square of the number of differences, in time and memory. Where it has found {@link #MOST_EDITS} and is not
 * through, the way that came furthest is taken and the search goes on from there; when {@link #MOST_STEPS} are used up, what is left
 * between two anchors counts as different. The result is then a common subsequence still, but maybe not the longest.
 */
final class SequenceAlignment {
    /** No partner. */
    static final int NONE = -1;

    private static final int MOST_EDITS = 2048;
    private static final long MOST_STEPS = 100_000_000L;

    private final long[] old;
    private final long[] now;
    private final int[] partner;
    private final int mostEdits;
    private long stepsLeft;

    private SequenceAlignment(long[] old, long[] now, int mostEdits, long mostSteps) {
        this.old = old;
        this.now = now;
        this.partner = new int[old.length];
        this.mostEdits = mostEdits;
        stepsLeft = mostSteps;
        Arrays.fill(partner, NONE);
    }

    /** For each element of {@code old} the index of its partner in {@code now}, ascending, or {@link #NONE}. */
    static int[] align(long[] old, long[] now) {
        return align(old, now, MOST_EDITS, MOST_STEPS);
    }

    /** The same with other limits, for tests. */
    static int[] align(long[] old, long[] now, int mostEdits, long mostSteps) {
        int[] oldPlaces = placesOfCommon(old, now);
        int[] nowPlaces = placesOfCommon(now, old);
        SequenceAlignment alignment =
                new SequenceAlignment(at(old, oldPlaces), at(now, nowPlaces), mostEdits, mostSteps);
        alignment.anchored();
        int[] partner = new int[old.length];
        Arrays.fill(partner, NONE);
        for (int i = 0; i < oldPlaces.length; i++) {
            int place = alignment.partner[i];
            partner[oldPlaces[i]] = place == NONE ? NONE : nowPlaces[place];
        }
        return partner;
    }

    /** Where the values are that the other side has too: no other can have a partner, and they cost a search the most. */
    private static int[] placesOfCommon(long[] values, long... others) {
        Set<Long> common = new HashSet<>(2 * others.length);
        for (long other : others) {
            common.add(other);
        }
        return IntStream.range(0, values.length)
                .filter(i -> common.contains(values[i]))
                .toArray();
    }

    private static long[] at(long[] values, int... places) {
        return Arrays.stream(places).mapToLong(i -> values[i]).toArray();
    }

    private void anchored() {
        int oldEnd = old.length;
        int nowEnd = now.length;
        int from = 0;
        while (from < oldEnd && from < nowEnd && old[from] == now[from]) {
            partner[from] = from;
            from++;
        }
        while (oldEnd > from && nowEnd > from && old[oldEnd - 1] == now[nowEnd - 1]) {
            partner[--oldEnd] = --nowEnd;
        }
        int oldAt = from;
        int nowAt = from;
        for (int anchor : anchors(from, oldEnd, nowEnd)) {
            int anchorNow = partner[anchor];
            between(oldAt, anchor, nowAt, anchorNow);
            oldAt = anchor + 1;
            nowAt = anchorNow + 1;
        }
        between(oldAt, oldEnd, nowAt, nowEnd);
    }

    /** Finds the anchors in what is left, notes their partners, and returns where they are in {@code old}. */
    private int[] anchors(int from, int oldEnd, int nowEnd) {
        if (from == oldEnd || from == nowEnd) {
            return new int[0];
        }
        Map<Long, Integer> alone = alone(now);
        Map<Long, Integer> aloneInOld = alone(old);
        int[] candidates = new int[Math.min(oldEnd, nowEnd) - from];
        int[] places = new int[candidates.length];
        int count = 0;
        for (int i = from; i < oldEnd; i++) {
            int place = aloneInOld.get(old[i]) == NONE ? NONE : alone.getOrDefault(old[i], NONE);
            if (place != NONE) {
                candidates[count] = i;
                places[count++] = place;
            }
        }
        return longestAscending(candidates, places, count);
    }

    /** Where each value is, {@link #NONE} when it is in several places. */
    private static Map<Long, Integer> alone(long... values) {
        Map<Long, Integer> places = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            places.merge(values[i], i, (one, other) -> NONE);
        }
        return places;
    }

    /** The longest ascending subsequence of {@code places}: cards dealt on piles, each pile's top below those on its right. */
    private int[] longestAscending(int[] candidates, int[] places, int count) {
        int[] tops = new int[count];
        int[] below = new int[count];
        int piles = 0;
        for (int card = 0; card < count; card++) {
            int low = 0;
            int high = piles;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (places[tops[middle]] < places[card]) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            below[card] = low == 0 ? NONE : tops[low - 1];
            tops[low] = card;
            piles = Math.max(piles, low + 1);
        }
        int[] anchors = new int[piles];
        int card = piles == 0 ? NONE : tops[piles - 1];
        for (int i = piles - 1; i >= 0; i--) {
            anchors[i] = candidates[card];
            partner[candidates[card]] = places[card];
            card = below[card];
        }
        return anchors;
    }

    private void between(int oldFrom, int oldTo, int nowFrom, int nowTo) {
        int oldAt = oldFrom;
        int nowAt = nowFrom;
        int oldEnd = oldTo;
        int nowEnd = nowTo;
        while (oldEnd > oldAt && nowEnd > nowAt && old[oldEnd - 1] == now[nowEnd - 1]) {
            partner[--oldEnd] = --nowEnd;
        }
        while (oldAt < oldEnd && nowAt < nowEnd) {
            int[] reached = myers(oldAt, oldEnd, nowAt, nowEnd);
            if (reached[0] == oldAt && reached[1] == nowAt) {
                return;
            }
            oldAt = reached[0];
            nowAt = reached[1];
        }
    }

    /**
     * One search from the upper left corner of the edit graph, x over {@code old} and y over {@code now}; notes the matches on the way
     * it took and returns the point that it came to.
     */
    private int[] myers(int oldFrom, int oldEnd, int nowFrom, int nowEnd) {
        int width = oldEnd - oldFrom;
        int height = nowEnd - nowFrom;
        int limit = Math.min(mostEdits, width + height);
        int[][] reached = new int[limit + 1][];
        int edits = 0;
        int bestDiagonal = 0;
        boolean through = false;
        for (; edits <= limit && stepsLeft > 0 && !through; edits++) {
            int[] x = new int[2 * edits + 1];
            reached[edits] = x;
            bestDiagonal = -edits;
            int furthest = -1;
            for (int diagonal = -edits; diagonal <= edits && !through; diagonal += 2) {
                int at = start(reached, edits, diagonal);
                while (at < width
                        && at - diagonal < height
                        && at - diagonal >= 0
                        && old[oldFrom + at] == now[nowFrom + at - diagonal]) {
                    at++;
                    stepsLeft--;
                }
                stepsLeft--;
                x[diagonal + edits] = at;
                int y = at - diagonal;
                boolean inside = at <= width && y <= height;
                if (inside && at + y > furthest) {
                    furthest = at + y;
                    bestDiagonal = diagonal;
                }
                through = at >= width && y >= height;
                bestDiagonal = through ? diagonal : bestDiagonal;
            }
        }
        if (edits == 0) {
            return new int[] {oldFrom, nowFrom};
        }
        return walkBack(reached, edits - 1, bestDiagonal, oldFrom, nowFrom);
    }

    /** Where a diagonal is entered with so many edits: from below by an insertion or from the left by a deletion. */
    private static int start(int[][] reached, int edits, int diagonal) {
        if (edits == 0) {
            return 0;
        }
        int[] before = reached[edits - 1];
        int left = diagonal - 1 + edits - 1;
        int right = diagonal + 1 + edits - 1;
        boolean insertion = diagonal == -edits || diagonal != edits && before[left] < before[right];
        return insertion ? before[right] : before[left] + 1;
    }

    private int[] walkBack(int[][] reached, int edits, int lastDiagonal, int oldFrom, int nowFrom) {
        int diagonal = lastDiagonal;
        int x = reached[edits][diagonal + edits];
        int[] end = {oldFrom + x, nowFrom + x - diagonal};
        for (int left = edits; left >= 0; left--) {
            int entered = start(reached, left, diagonal);
            while (x > entered) {
                x--;
                partner[oldFrom + x] = nowFrom + x - diagonal;
            }
            if (left > 0) {
                int[] before = reached[left - 1];
                int below = diagonal - 1 + left - 1;
                int above = diagonal + 1 + left - 1;
                boolean insertion = diagonal == -left || diagonal != left && before[below] < before[above];
                diagonal += insertion ? 1 : -1;
                x = before[diagonal + left - 1];
            }
        }
        return end;
    }
}

package org.pagetrail.analyzer.diff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.pagetrail.analyzer.diff.TraceFeed.Told;

/**
 * The events of two traces side by side, phase by phase.
 *
 * <p>Events of a phase are compared in windows, so that memory does not depend on how many there are. While the keys agree nothing is
 * kept. Where they do not, both sides are read {@link #WINDOW} events ahead and aligned; when less than a quarter finds a partner the
 * window doubles, up to {@link #LARGEST_WINDOW}. What one side alone has for longer than that is not seen through: from there on events of
 * that phase can count as removed and added though they only lie further apart.
 */
final class EventComparison {
    private static final int WINDOW = 1 << 14;
    private static final int LARGEST_WINDOW = 1 << 18;

    private final TraceFeed old;
    private final TraceFeed now;
    private final EventTally tally;
    private final List<PhaseMap> phaseMaps = new ArrayList<>();
    private final int window;
    private final int largestWindow;

    EventComparison(TraceFeed old, TraceFeed now, EventTally tally) {
        this(old, now, tally, WINDOW, LARGEST_WINDOW);
    }

    /** With other limits, for tests. */
    EventComparison(TraceFeed old, TraceFeed now, EventTally tally, int window, int largestWindow) {
        this.old = old;
        this.now = now;
        this.tally = tally;
        this.window = window;
        this.largestWindow = largestWindow;
    }

    /** Reads both to the end, whose parts are known. */
    void run(List<String> oldParts, List<String> nowParts) {
        for (Part part : merged(oldParts, nowParts)) {
            Side before = new Side(old, part.inOld ? part.name : null);
            Side after = new Side(now, part.inNow ? part.name : null);
            section(before, after);
            if (before.maps != null && after.maps != null) {
                phaseMaps.add(new PhaseMap(part.name, MapComparison.of(before.maps.maps, after.maps.maps)));
            }
        }
    }

    /** How the maps differ at the end of each phase that ends in both. */
    List<PhaseMap> phaseMaps() {
        return phaseMaps;
    }

    /** A part of the recordings, by name. */
    record Part(String name, boolean inOld, boolean inNow) {}

    /** The parts of both in one order. Parts that are in another order there and here stand alone, on each side. */
    static List<Part> merged(List<String> oldParts, List<String> nowParts) {
        int[] partner = SequenceAlignment.align(keys(oldParts), keys(nowParts));
        List<Part> parts = new ArrayList<>();
        int nowAt = 0;
        for (int i = 0; i < oldParts.size(); i++) {
            if (partner[i] == SequenceAlignment.NONE) {
                parts.add(new Part(oldParts.get(i), true, false));
                continue;
            }
            for (; nowAt < partner[i]; nowAt++) {
                parts.add(new Part(nowParts.get(nowAt), false, true));
            }
            parts.add(new Part(oldParts.get(i), true, true));
            nowAt++;
        }
        for (; nowAt < nowParts.size(); nowAt++) {
            parts.add(new Part(nowParts.get(nowAt), false, true));
        }
        return parts;
    }

    private static long[] keys(List<String> parts) {
        return parts.stream().mapToLong(EventKeys::hash).toArray();
    }

    /** One side of a part: what was read ahead of it, and where it stands. */
    private static final class Side {
        private final TraceFeed feed;
        private final String part;
        private final Deque<Told> ahead = new ArrayDeque<>();
        private Told maps;

        /** Of nothing, when the part is null. */
        Side(TraceFeed feed, String part) {
            this.feed = feed;
            this.part = part;
        }

        /** Reads ahead; returns whether the part ends within so many events. */
        boolean fill(int events) {
            while (ahead.size() < events) {
                Told next = part == null ? null : feed.peek();
                if (next == null || !next.section.equals(part)) {
                    return true;
                }
                ahead.add(feed.take());
            }
            return false;
        }

        boolean hasNext() {
            fill(1);
            return !ahead.isEmpty();
        }

        Told take() {
            Told taken = ahead.remove();
            if (taken.maps != null) {
                maps = taken;
            }
            return taken;
        }

        long[] keys() {
            return ahead.stream().mapToLong(told -> told.key).toArray();
        }
    }

    private void section(Side before, Side after) {
        int width = window;
        while (true) {
            while (before.hasNext() && after.hasNext() && before.ahead.element().key == after.ahead.element().key) {
                tally.both(before.take(), after.take());
            }
            if (!before.hasNext() || !after.hasNext()) {
                rest(before, after);
                return;
            }
            boolean oldEnds = before.fill(width);
            boolean nowEnds = after.fill(width);
            boolean whole = oldEnds && nowEnds;
            int[] partner = SequenceAlignment.align(before.keys(), after.keys());
            int matched = count(partner);
            boolean enough = matched > Math.min(before.ahead.size(), after.ahead.size()) / 4;
            if (!whole && !enough && width < largestWindow) {
                width *= 2;
                continue;
            }
            emit(before, after, partner, whole || matched == 0 ? partner.length : last(partner));
            if (whole || matched == 0) {
                while (!after.ahead.isEmpty()) {
                    tally.added(after.take());
                }
            }
            width = window;
        }
    }

    private static int count(int... partner) {
        int count = 0;
        for (int place : partner) {
            count += place == SequenceAlignment.NONE ? 0 : 1;
        }
        return count;
    }

    /** Behind the last match: what follows it may have a partner beyond the window. */
    private static int last(int... partner) {
        int end = partner.length;
        while (partner[end - 1] == SequenceAlignment.NONE) {
            end--;
        }
        return end;
    }

    private void emit(Side before, Side after, int[] partner, int end) {
        int nowAt = 0;
        for (int i = 0; i < end; i++) {
            if (partner[i] == SequenceAlignment.NONE) {
                tally.removed(before.take());
                continue;
            }
            for (; nowAt < partner[i]; nowAt++) {
                tally.added(after.take());
            }
            tally.both(before.take(), after.take());
            nowAt++;
        }
    }

    private void rest(Side before, Side after) {
        while (before.hasNext()) {
            tally.removed(before.take());
        }
        while (after.hasNext()) {
            tally.added(after.take());
        }
    }
}

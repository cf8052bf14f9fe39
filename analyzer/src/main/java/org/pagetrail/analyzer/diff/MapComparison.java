package org.pagetrail.analyzer.diff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.pagetrail.analyzer.diff.MapDifference.Mapping;
import org.pagetrail.replay.state.MapRange;

/** The ranges that two memory maps do not have in common. */
final class MapComparison {
    private final List<MapRange> old;
    private final List<MapRange> now;
    private final List<MapDifference> found = new ArrayList<>();
    private int oldAt;
    private int nowAt;

    private MapComparison(List<MapRange> old, List<MapRange> now) {
        this.old = old;
        this.now = now;
    }

    /** By address space; what is the same difference in several of them is one. */
    static List<MapDifference> of(Map<String, List<MapRange>> old, Map<String, List<MapRange>> now) {
        Set<String> spaces = new LinkedHashSet<>(old.keySet());
        spaces.addAll(now.keySet());
        Map<MapDifference, List<String>> all = new LinkedHashMap<>();
        for (String space : spaces) {
            List<MapRange> none = List.of();
            for (MapDifference difference : of(old.getOrDefault(space, none), now.getOrDefault(space, none))) {
                all.computeIfAbsent(difference, key -> new ArrayList<>()).add(space);
            }
        }
        List<MapDifference> grouped = new ArrayList<>();
        all.forEach((difference, where) -> grouped.add(difference.in(where)));
        return grouped;
    }

    /** Of one address space, by ascending address; it is not named. */
    static List<MapDifference> of(List<MapRange> old, List<MapRange> now) {
        MapComparison comparison = new MapComparison(old, now);
        comparison.run();
        return comparison.found;
    }

    /** Goes from border to border of either map. */
    private void run() {
        long at = 0;
        while (true) {
            MapRange inOld = skipTo(old, at, true);
            MapRange inNow = skipTo(now, at, false);
            if (inOld == null && inNow == null) {
                return;
            }
            long start = Math.max(at, Math.min(first(inOld), first(inNow)));
            long end = Math.min(border(inOld, start), border(inNow, start));
            piece(start, end - 1, covering(inOld, start), covering(inNow, start));
            at = end;
        }
    }

    /** The first range that does not end before {@code at}. */
    private MapRange skipTo(List<MapRange> ranges, long at, boolean isOld) {
        int i = isOld ? oldAt : nowAt;
        while (i < ranges.size() && ranges.get(i).last() < at) {
            i++;
        }
        if (isOld) {
            oldAt = i;
        } else {
            nowAt = i;
        }
        return i < ranges.size() ? ranges.get(i) : null;
    }

    private static long first(MapRange range) {
        return range == null ? Long.MAX_VALUE : range.first();
    }

    private static long border(MapRange range, long at) {
        if (range == null) {
            return Long.MAX_VALUE;
        }
        return range.first() > at ? range.first() : range.last() + 1;
    }

    private static MapRange covering(MapRange range, long at) {
        return range == null || range.first() > at ? null : range;
    }

    private void piece(long first, long last, MapRange inOld, MapRange inNow) {
        Mapping before = mapping(inOld, first);
        Mapping after = mapping(inNow, first);
        if (Objects.equals(before, after)) {
            return;
        }
        MapRange named = inNow == null ? inOld : inNow;
        MapDifference next = new MapDifference(List.of(), first, last, named.region(), before, after);
        MapDifference previous = found.isEmpty() ? null : found.get(found.size() - 1);
        if (previous == null || !continues(previous, next)) {
            found.add(next);
            return;
        }
        found.set(
                found.size() - 1,
                new MapDifference(
                        List.of(),
                        previous.first(),
                        last,
                        previous.region(),
                        joined(previous.old(), next.old(), previous.bytes()),
                        joined(previous.now(), next.now(), previous.bytes())));
    }

    private static Mapping mapping(MapRange range, long at) {
        return range == null
                ? null
                : new Mapping(
                        range.physical() + (at - range.first()),
                        true,
                        range.pageBytes(),
                        range.rights(),
                        range.global(),
                        range.derived());
    }

    private static boolean continues(MapDifference previous, MapDifference next) {
        return previous.last() + 1 == next.first()
                && Objects.equals(previous.region(), next.region())
                && previous.changes().equals(next.changes())
                && continues(previous.old(), next.old(), previous)
                && continues(previous.now(), next.now(), previous);
    }

    private static boolean continues(Mapping previous, Mapping next, MapDifference before) {
        if (previous == null || next == null) {
            return previous == null && next == null;
        }
        return previous.pageBytes() == next.pageBytes()
                && previous.rights() == next.rights()
                && previous.global() == next.global()
                && previous.window() == next.window()
                && (mayScatter(previous, before) || previous.physical() + before.bytes() == next.physical());
    }

    /** Tables lie anywhere: what the window shows of them is one difference, unless the frames are what is the same. */
    private static boolean mayScatter(Mapping mapping, MapDifference difference) {
        boolean onBothSides = difference.old() != null && difference.now() != null;
        return mapping.window() && (!onBothSides || difference.changes().contains(MapDifference.Change.FRAMES));
    }

    private static Mapping joined(Mapping previous, Mapping next, long bytes) {
        if (previous == null) {
            return null;
        }
        boolean inOrder = previous.inOrder() && previous.physical() + bytes == next.physical();
        return new Mapping(
                previous.physical(),
                inOrder,
                previous.pageBytes(),
                previous.rights(),
                previous.global(),
                previous.window());
    }
}

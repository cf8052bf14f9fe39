package org.pagetrail.replay.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.paging.PagingMode;

/**
 * What an address space maps, as merged ranges in ascending order.
 *
 * <p>Every word is read as a walk would read it. A directory's reference to itself is followed like any other, so that the
 * window appears as a walk sees it, with each directory entry in the place of a table entry; those ranges are marked as
 * derived. A range never crosses the border of a region.
 */
public final class MemoryMap {
    private final MachineState state;
    private final PagingMode mode;
    private final long cr4;
    private final List<MapRegion> regions;
    private final List<MapRange> ranges = new ArrayList<>();
    private int nextRegion;

    private MemoryMap(MachineState state, List<MapRegion> regions) {
        this.state = state;
        this.mode = state.pagingMode();
        this.cr4 = state.register(ControlRegister.CR4);
        this.regions = new ArrayList<>(regions);
        this.regions.sort(Comparator.comparingLong(MapRegion::first));
    }

    /** What the directory maps, without the names of regions; nothing when it is no root. */
    public static List<MapRange> of(MachineState state, long directory) {
        return of(state, directory, List.of());
    }

    /** What the directory maps, cut at the borders of regions that do not overlap; nothing when it is no root. */
    public static List<MapRange> of(MachineState state, long directory, List<MapRegion> regions) {
        MemoryMap map = new MemoryMap(state, regions);
        if (state.isRoot(directory)) {
            int all = Rights.READ | Rights.WRITE | Rights.USER | Rights.EXECUTE;
            map.walk(directory, map.mode.levels(), 0, all, false);
        }
        return List.copyOf(map.ranges);
    }

    private void walk(long table, int level, long base, int rights, boolean derived) {
        long[] words = state.structures.words(table);
        if (words == null) {
            return;
        }
        for (int slot = 0; slot < words.length; slot++) {
            long word = words[slot];
            long linear = base + mode.offset(slot, level);
            int effective = rights & state.rights(word);
            switch (mode.kind(word, level, cr4)) {
                case ABSENT -> {}
                case TABLE -> {
                    long child = mode.frame(word, level, cr4);
                    walk(child, level - 1, linear, effective, derived || child == table);
                }
                case LEAF -> {
                    long physical = mode.frame(word, level, cr4) << mode.shift(1);
                    page(linear, 1L << mode.shift(level), physical, effective, mode.global(word), derived);
                }
            }
        }
    }

    /** Adds a page, in as many pieces as regions share it. */
    private void page(long linear, long bytes, long physical, int rights, boolean global, boolean derived) {
        long at = linear;
        long pageLast = linear + bytes - 1;
        while (at <= pageLast) {
            while (nextRegion < regions.size() && regions.get(nextRegion).last() < at) {
                nextRegion++;
            }
            MapRegion region = nextRegion < regions.size() ? regions.get(nextRegion) : null;
            long last = pageLast;
            String id = null;
            if (region != null && region.first() <= at) {
                last = Math.min(last, region.last());
                id = region.id();
            } else if (region != null) {
                last = Math.min(last, region.first() - 1);
            }
            add(new MapRange(at, last, physical + (at - linear), bytes, rights, global, derived, id));
            at = last + 1;
        }
    }

    private void add(MapRange range) {
        int end = ranges.size() - 1;
        if (end >= 0) {
            MapRange before = ranges.get(end);
            if (before.continuesInto(range) && before.physicalLast() + 1 == range.physical()) {
                ranges.set(end, before.upTo(range.last()));
                return;
            }
        }
        ranges.add(range);
    }
}

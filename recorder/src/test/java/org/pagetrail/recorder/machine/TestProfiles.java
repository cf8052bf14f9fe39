package org.pagetrail.recorder.machine;

import org.pagetrail.traces.profile.Costs;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.Replacement;
import org.pagetrail.traces.profile.TlbGeometry;

/** Small machines for tests, each with a geometry that fills soon. */
final class TestProfiles {
    /** Every cost another number, no sum of few of them the same as another. */
    static final Costs COSTS = new Costs(1, 10, 100, 1_000, 3_000, 7_000, 20_000, 50_000, 110_000, 230_000);

    static final Features ALL = new Features(true, true, true, true, 40, true, true);
    static final Features NONE = new Features(false, false, false, false, 32, false, false);
    static final Features PENTIUM = new Features(true, false, false, false, 32, false, false);

    private TestProfiles() {}

    /** Split first level, second level for both page sizes, cache of directory entries, true LRU. */
    static MachineProfile split() {
        return split(ALL, true, false);
    }

    static MachineProfile split(Features features, boolean pseChangeFlushes, boolean largeFirst) {
        return new MachineProfile(
                "split",
                "",
                features,
                false,
                lru(8, 2),
                lru(2, 2),
                lru(8, 4),
                lru(4, 2),
                lru(32, 4),
                true,
                lru(4, 2),
                pseChangeFlushes,
                largeFirst,
                COSTS);
    }

    /** The same with a second level that holds no 4 MB pages, and tree pseudo-LRU. */
    static MachineProfile tree(Features features, boolean pseChangeFlushes, boolean largeFirst) {
        return new MachineProfile(
                "tree",
                "",
                features,
                false,
                plru(8, 4),
                plru(2, 2),
                plru(16, 8),
                plru(4, 4),
                plru(16, 4),
                false,
                plru(8, 4),
                pseChangeFlushes,
                largeFirst,
                COSTS);
    }

    /** Split, but fetches have 4 MB pages as fragments; no second level and no cache of directory entries. */
    static MachineProfile halfFragments(Features features, boolean pseChangeFlushes, boolean largeFirst) {
        return new MachineProfile(
                "half",
                "",
                features,
                false,
                plru(8, 4),
                null,
                lru(8, 4),
                plru(4, 2),
                null,
                false,
                null,
                pseChangeFlushes,
                largeFirst,
                COSTS);
    }

    /** One array for everything, 4 MB pages as fragments. */
    static MachineProfile unified(Features features, boolean pseChangeFlushes, boolean largeFirst) {
        return new MachineProfile(
                "unified",
                "",
                features,
                true,
                null,
                null,
                plru(8, 4),
                null,
                null,
                false,
                null,
                pseChangeFlushes,
                largeFirst,
                COSTS);
    }

    /** One array for each page size, with all the rest. */
    static MachineProfile unifiedWhole(Features features, boolean pseChangeFlushes, boolean largeFirst) {
        return new MachineProfile(
                "unified-whole",
                "",
                features,
                true,
                null,
                null,
                lru(4, 2),
                lru(2, 1),
                lru(16, 2),
                true,
                plru(4, 4),
                pseChangeFlushes,
                largeFirst,
                COSTS);
    }

    /** All there is, each fully associative with so few entries that any fill may push out any other. */
    static MachineProfile few(int entries, boolean largeFirst) {
        TlbGeometry geometry = lru(entries, entries);
        return new MachineProfile(
                "few-" + entries,
                "",
                ALL,
                false,
                geometry,
                geometry,
                geometry,
                geometry,
                geometry,
                true,
                geometry,
                false,
                largeFirst,
                COSTS);
    }

    /** First levels and a second level of geometries that need not be those of any processor; no 4 MB pages are held whole. */
    static MachineProfile of(String name, TlbGeometry fetches, TlbGeometry data, TlbGeometry second) {
        return new MachineProfile(
                name, "", ALL, fetches == null, fetches, null, data, null, second, false, null, false, false, COSTS);
    }

    static TlbGeometry lru(int entries, int ways) {
        return new TlbGeometry(entries, ways, Replacement.LRU);
    }

    static TlbGeometry plru(int entries, int ways) {
        return new TlbGeometry(entries, ways, Replacement.TREE_PLRU);
    }
}

package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.Rights;

class MemoryMapTest {
    private static final long DIRECTORY = 0x100;
    private static final long TABLE = 0x200;
    private static final long SECOND = 0x201;
    private static final int RX = Rights.READ | Rights.EXECUTE;
    private static final int RWX = RX | Rights.WRITE;

    private final Script script = new Script();
    private final MachineState state = script.state;

    MemoryMapTest() {
        script.pse(true);
        script.create(DIRECTORY);
    }

    private static MapRange range(long first, long last, long physical, long pageBytes, int rights) {
        return new MapRange(first, last, physical, pageBytes, rights, false, false, null);
    }

    @Test
    void contiguousPagesAreOneRangeAndAGapOnEitherSideEndsIt() {
        script.store(DIRECTORY, 768, Script.entry(TABLE, Script.TABLE));
        for (int slot = 0; slot < 4; slot++) {
            script.store(TABLE, slot, Script.entry(slot, Script.PAGE));
        }
        script.store(TABLE, 4, Script.entry(9, Script.PAGE));
        script.store(TABLE, 6, Script.entry(11, Script.PAGE));
        assertEquals(
                List.of(
                        range(0xc0000000L, 0xc0003fffL, 0, 4096, RWX),
                        range(0xc0004000L, 0xc0004fffL, 0x9000, 4096, RWX),
                        range(0xc0006000L, 0xc0006fffL, 0xb000, 4096, RWX)),
                MemoryMap.of(state, DIRECTORY));
    }

    @Test
    void aRangeRunsOnFromOneTableIntoTheNext() {
        script.store(DIRECTORY, 0, Script.entry(TABLE, Script.TABLE));
        script.store(DIRECTORY, 1, Script.entry(SECOND, Script.TABLE));
        script.store(TABLE, 1023, Script.entry(0x500, Script.PAGE));
        script.store(SECOND, 0, Script.entry(0x501, Script.PAGE));
        assertEquals(List.of(range(0x003ff000, 0x00400fff, 0x500000, 4096, RWX)), MemoryMap.of(state, DIRECTORY));
    }

    @Test
    void largePagesMergeWithLargePagesOnly() {
        script.store(DIRECTORY, 0, 0x00000000L | Script.LARGE);
        script.store(DIRECTORY, 1, 0x00400000L | Script.LARGE);
        script.store(DIRECTORY, 2, Script.entry(TABLE, Script.TABLE));
        script.store(TABLE, 0, Script.entry(0x800, Script.PAGE));
        assertEquals(
                List.of(range(0, 0x007fffff, 0, 1 << 22, RWX), range(0x00800000, 0x00800fff, 0x800000, 4096, RWX)),
                MemoryMap.of(state, DIRECTORY));
    }

    @Test
    void rightsAreTheAndOfBothLevels() {
        script.store(DIRECTORY, 0, Script.entry(TABLE, 0x5));
        script.store(DIRECTORY, 1, Script.entry(TABLE, 0x3));
        script.store(TABLE, 0, Script.entry(1, 0x7));
        assertEquals(
                List.of(
                        range(0, 0xfff, 0x1000, 4096, RX | Rights.USER),
                        range(0x00400000, 0x00400fff, 0x1000, 4096, RWX)),
                MemoryMap.of(state, DIRECTORY));
    }

    @Test
    void globalPagesAreApartFromOthersAndAccessedAndDirtyPagesAreNot() {
        script.store(DIRECTORY, 0, Script.entry(TABLE, Script.TABLE));
        script.store(TABLE, 0, Script.entry(1, Script.PAGE));
        script.store(TABLE, 1, Script.entry(2, Script.PAGE));
        script.change(TABLE, 1, Script.entry(2, Script.PAGE), Script.entry(2, Script.PAGE | 0x60), EntryCause.WALK);
        script.store(TABLE, 2, Script.entry(3, Script.PAGE | Script.GLOBAL));
        assertEquals(
                List.of(
                        range(0, 0x1fff, 0x1000, 4096, RWX),
                        new MapRange(0x2000, 0x2fff, 0x3000, 4096, RWX, true, false, null)),
                MemoryMap.of(state, DIRECTORY));
    }

    @Test
    void theWindowShowsTablesAndTheDirectoryAsAWalkSeesThem() {
        script.store(DIRECTORY, 0, Script.entry(TABLE, Script.TABLE));
        script.store(DIRECTORY, 1, Script.entry(SECOND, Script.TABLE));
        script.store(DIRECTORY, 1023, Script.entry(DIRECTORY, Script.PAGE));
        assertEquals(
                List.of(
                        new MapRange(0xffc00000L, 0xffc01fffL, 0x200000, 4096, RWX, false, true, null),
                        new MapRange(0xfffff000L, 0xffffffffL, 0x100000, 4096, RWX, false, true, null)),
                MemoryMap.of(state, DIRECTORY));
    }

    @Test
    void aRangeEndsAtTheBorderOfARegionEvenInsideALargePage() {
        script.store(DIRECTORY, 0, 0x00000000L | Script.LARGE);
        script.store(DIRECTORY, 1, 0x00400000L | Script.LARGE);
        List<MapRegion> regions =
                List.of(new MapRegion(0x00500000, 0x0fffffff, "b"), new MapRegion(0x1000, 0x1fff, "a"));
        assertEquals(
                List.of(
                        new MapRange(0, 0xfff, 0, 1 << 22, RWX, false, false, null),
                        new MapRange(0x1000, 0x1fff, 0x1000, 1 << 22, RWX, false, false, "a"),
                        new MapRange(0x2000, 0x004fffff, 0x2000, 1 << 22, RWX, false, false, null),
                        new MapRange(0x00500000, 0x007fffff, 0x00500000, 1 << 22, RWX, false, false, "b")),
                MemoryMap.of(state, DIRECTORY, regions));
    }

    @Test
    void aFrameThatIsNoRootMapsNothing() {
        script.store(DIRECTORY, 0, Script.entry(TABLE, Script.TABLE));
        script.store(TABLE, 0, Script.entry(1, Script.PAGE));
        assertEquals(List.of(), MemoryMap.of(state, TABLE));
        assertEquals(List.of(), MemoryMap.of(state, 0x999));
    }
}

package org.pagetrail.recorder.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.plan.PlanFile;

class RebaseTest {
    private static final long AREA = 4 << 20;
    private static final long LIBRARIES = 0x4000_0000L;
    private static final long STACK = 0xbf80_0000L;
    private static final long KERNEL = 0xc000_0000L;
    /** From 0x08400000 to the stack. */
    private static final int PLACES = 733;

    private final UserSpace space = new UserSpace(PlanFile.standard());
    private final Rebase rebase = new Rebase(space);

    private long fetched(long address) {
        return rebase.linear(address, false);
    }

    private long data(long address) {
        return rebase.linear(address, true);
    }

    @Test
    void userSpaceIsTheRegionsWithUserRights() {
        assertTrue(!space.contains(0) && !space.contains(0x0804_7fff) && space.contains(0x0804_8000));
        assertTrue(space.contains(0x3fff_ffff) && space.contains(LIBRARIES) && space.contains(STACK));
        assertTrue(space.contains(KERNEL - 1) && !space.contains(KERNEL) && !space.contains(0xffff_ffffL));
        assertTrue(!space.contains(0x1_0804_8000L) && !space.contains(-1));
        assertEquals(STACK, space.stackFirst());
        assertEquals(8 << 20, space.stackBytes());
        assertEquals(0x0804_8000, space.first());
        assertEquals(KERNEL - 1, space.last());
    }

    @ParameterizedTest
    @ValueSource(longs = {0x0804_8000L, 0x0804_9123L, 0x0840_0000L, 0x3fff_ffffL, 0x4000_0000L, 0xbf7f_ffffL})
    void whatFitsStaysWhereItIs(long address) {
        assertEquals(address, fetched(address));
    }

    @Test
    void areasGetPlacesInTheOrderInWhichTheyAppear() {
        assertEquals(LIBRARIES + 0x1_ab70, fetched(0x0401_ab70));
        assertEquals(LIBRARIES + AREA + 0x10_8000, fetched(0x0010_8000));
        assertEquals(LIBRARIES + 2 * AREA + 0x9_0123, fetched(0x0489_0123));
        assertEquals(LIBRARIES + 0x1_ab80, fetched(0x0401_ab80));
        assertEquals(LIBRARIES + 3 * AREA + 0x20_0000, fetched(0xffff_ffff_ff60_0000L));
        assertEquals(LIBRARIES + 4 * AREA, fetched(KERNEL));
        assertEquals(LIBRARIES + AREA, fetched(0));
    }

    @Test
    void theStackGoesToTheStacksRegion() {
        fetched(0x0401_ab70);
        // 64 KB at least are above it, and its end is a multiple of that.
        assertEquals(KERNEL - 0x2_0000 + 0x778, data(0x1f_ff00_0778L));
        assertEquals(KERNEL - 1, data(0x1f_ff01_ffffL));
        assertEquals(STACK, data(0x1f_fe82_0000L));
        assertEquals(LIBRARIES + AREA + 0x1_ffff, data(0x1f_fe81_ffffL), "below it");
        assertEquals(LIBRARIES + 2 * AREA + 0x2_0000, data(0x1f_ff02_0000L), "above it");
        assertEquals(LIBRARIES + 3 * AREA, data(0x7f_0000_0000L), "there is one only");
    }

    @Test
    void theStackOfA32BitProgramIsMovedOutOfKernelSpace() {
        assertEquals(0x0804_9045, fetched(0x0804_9045));
        // The window ends at 0xfeb50000.
        assertEquals(KERNEL - 0x1_7724, data(0xfeb3_88dcL));
        assertEquals(0x0804_c000, data(0x0804_c000));
    }

    @Test
    void aStackInItsRegionStaysWhereItIs() {
        assertEquals(0xbfff_e770L, data(0xbfff_e770L));
        assertEquals(STACK, data(STACK));
    }

    @Test
    void aStackThatFitsElsewhereStaysToo() {
        assertEquals(0xbeff_e770L, data(0xbeff_e770L));
        assertEquals(LIBRARIES + 0x770, data(0x1f_ff00_0770L), "not the first data");
    }

    @Test
    void dataNearInstructionsAreNoStack() {
        fetched(0x0010_8000);
        assertEquals(LIBRARIES + 0x10_c000, data(0x0010_c000));
        assertEquals(LIBRARIES + AREA + 0x10, data(0x0040_0010), "an area beside it");
        assertEquals(KERNEL - 0x2_0000 + 0x778, data(0x1f_ff00_0778L), "the next that may be");
    }

    @Test
    void whatSharesAnAreaWithUserSpaceButIsOutsideOfItMoves() {
        assertEquals(0x0804_8000, fetched(0x0804_8000));
        assertEquals(LIBRARIES + 0x4_7fff, fetched(0x0804_7fff));
        assertEquals(0x0804_9000, fetched(0x0804_9000));
        assertEquals(LIBRARIES + 0x10, fetched(0x0800_0010));
    }

    @Test
    void anAreaWhosePlaceIsTakenMoves() {
        assertEquals(LIBRARIES, fetched(0));
        assertEquals(LIBRARIES + AREA, fetched(LIBRARIES));
        assertEquals(LIBRARIES + 2 * AREA, fetched(LIBRARIES + 2 * AREA), "still free");
        assertEquals(LIBRARIES + 3 * AREA, fetched(1L << 40), "passes over those that are taken");
    }

    @Test
    void whenTheLibrariesRegionIsFullTheHeapsFollows() {
        for (int i = 0; i < 510; i++) {
            assertEquals(LIBRARIES + i * AREA, fetched(i * AREA + (1L << 40)));
        }
        assertEquals(0x0840_0000, fetched(1L << 41));
    }

    @Test
    void placesRunOut() {
        assertEquals(PLACES, rebase.places());
        for (int i = 0; i < PLACES; i++) {
            assertNotEquals(Rebase.NO_ROOM, fetched(i * AREA + (1L << 40)));
        }
        assertEquals(Rebase.NO_ROOM, fetched(1L << 41));
        assertEquals(Rebase.NO_ROOM, fetched(LIBRARIES), "its own place is taken");
        assertEquals(LIBRARIES + 5, fetched((1L << 40) + 5), "those that have one keep it");
        assertEquals(0x0804_8000, fetched(0x0804_8000));
    }

    @Test
    void addressesGoOneToOneAndKeepTheirPlaceInTheArea() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Rebase tried = new Rebase(space);
            Map<Long, Long> there = new HashMap<>();
            Map<Long, Long> back = new HashMap<>();
            for (int i = 0; i < 20_000; i++) {
                long address = randomAddress(random);
                long linear = tried.linear(address, random.nextBoolean());
                String which = "seed " + seed + ", " + Long.toHexString(address);
                assertTrue(space.contains(linear), which);
                assertEquals(address & 0xffff, linear & 0xffff, which);
                assertEquals(
                        linear,
                        there.computeIfAbsent(address >>> 12, page -> linear & -4096) + (address & 4095),
                        which);
                assertEquals(address >>> 12, back.computeIfAbsent(linear >>> 12, page -> address >>> 12), which);
            }
        }
    }

    private static long randomAddress(Random random) {
        long offset = random.nextInt(1 << 24);
        return switch (random.nextInt(8)) {
            case 0 -> offset;
            case 1 -> 0x0800_0000 + random.nextInt(0x10_0000);
            case 2 -> LIBRARIES + offset;
            case 3 -> STACK - 0x40_0000 + offset;
            case 4 -> 0xfe00_0000L + offset;
            case 5 -> 0x1f_fe80_0000L + offset;
            case 6 -> 0xffff_ffff_ff00_0000L + offset;
            default -> (long) random.nextInt(40) << 32 | random.nextInt(0x1000);
        };
    }
}

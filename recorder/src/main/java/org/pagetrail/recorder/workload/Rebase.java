package org.pagetrail.recorder.workload;

import java.util.stream.IntStream;

/**
 * Where the references of a program go that was made for another address space: a 64-bit one, or one with other regions.
 *
 * <pre>
 *   63                               22 21         12 11          0
 *  +-----------------------------------+-------------+-------------+
 *  |               area                |    page     |   offset    |   recorded
 *  +-----------------------------------+-------------+-------------+
 *           area to place, one to one      the same      the same
 *                         31         22 21         12 11          0
 *                        +-------------+-------------+-------------+
 *                        |    place    |    page     |   offset    |   in the plan's user space
 *                        +-------------+-------------+-------------+
 * </pre>
 *
 * <p>Areas are 4 MB, what a page table maps. An area keeps its own place while that is whole in user space, outside the stack's region, and
 * not taken; another gets the next free one, in the order in which areas appear. The bytes around the program's stack move together into
 * the region that the plan has for it. {@code docs/workloads.md} has the whole rule and its reasons.
 *
 * <p>No two recorded addresses get one linear address, and one always gets the same. Nothing is allocated for a reference.
 */
final class Rebase {
    /** Binary logarithm of the bytes in an area. */
    static final int AREA_SHIFT = 22;

    /** The stack's window ends at a multiple of this, and at least this much above the reference that tells it. */
    static final long ABOVE_STACK = 64 << 10;

    /** What {@link #linear} says when there is no place left. */
    static final long NO_ROOM = -1;

    private static final int PLACES = 1 << Integer.SIZE - AREA_SHIFT;
    private static final long IN_AREA = (1L << AREA_SHIFT) - 1;
    /** Four times as many as there can be areas with a place. */
    private static final int SLOTS = 4 * PLACES;

    /** Marks the part outside user space of an area that lies in it with the rest. */
    private static final long OUTSIDE = 1L << 62;

    private static final long MIXED = -2;
    /** 2^64 divided by the golden ratio (Knuth, The Art of Computer Programming, volume 3, 6.4). */
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    private final UserSpace space;
    private final boolean[] free = new boolean[PLACES];
    private final int[] order;
    private int tried;

    /** Areas by open addressing, each plus 1; 0 is an empty slot. */
    private final long[] areas = new long[SLOTS];

    private final long[] bases = new long[SLOTS];
    private boolean stackKnown;
    private long windowFirst;
    private long windowBytes;

    /** The rule for a user space in which nothing is taken yet. */
    Rebase(UserSpace space) {
        this.space = space;
        for (int place = 0; place < PLACES; place++) {
            free[place] = space.bytesBetween(first(place), first(place) + IN_AREA) == IN_AREA + 1;
        }
        this.order = IntStream.concat(
                        IntStream.range(0, PLACES).filter(this::systems),
                        IntStream.range(0, PLACES).filter(place -> !systems(place)))
                .filter(place -> free[place])
                .toArray();
    }

    private static long first(long place) {
        return place << AREA_SHIFT;
    }

    private boolean systems(int place) {
        return space.systemsBetween(first(place), first(place) + IN_AREA);
    }

    /** How many areas there is room for. */
    int places() {
        return order.length;
    }

    /**
     * The linear address of a recorded one, or {@link #NO_ROOM}.
     *
     * @param data whether data are referred to, and not instructions
     */
    long linear(long address, boolean data) {
        long inWindow = address - windowFirst;
        if (Long.compareUnsigned(inWindow, windowBytes) < 0) {
            return space.stackFirst() + inWindow;
        }
        long area = address >>> AREA_SHIFT;
        int slot = slot(area);
        if (areas[slot] == 0) {
            if (data && !stackKnown && windowFound(address)) {
                return linear(address, true);
            }
            if (!placed(slot, area)) {
                return NO_ROOM;
            }
        }
        if (bases[slot] == MIXED) {
            return inMixedArea(address, area);
        }
        return bases[slot] + (address & IN_AREA);
    }

    private long inMixedArea(long address, long area) {
        if (space.contains(address) && !space.inStack(address)) {
            return address;
        }
        int slot = slot(area | OUTSIDE);
        if (areas[slot] == 0 && !placed(slot, area | OUTSIDE)) {
            return NO_ROOM;
        }
        return bases[slot] + (address & IN_AREA);
    }

    /** Where an area is, or the empty slot where it would be. */
    private int slot(long area) {
        int slot = (int) (area * SPREAD >>> Long.SIZE - Integer.numberOfTrailingZeros(SLOTS));
        while (areas[slot] != area + 1 && areas[slot] != 0) {
            slot = slot + 1 & SLOTS - 1;
        }
        return slot;
    }

    private boolean placed(int slot, long area) {
        long base;
        if (area < PLACES
                && !free[(int) area]
                && space.bytesBetween(first(area), first(area) + IN_AREA) % (IN_AREA + 1) != 0) {
            base = MIXED;
        } else if (area < PLACES && free[(int) area]) {
            base = take((int) area);
        } else {
            while (tried < order.length && !free[order[tried]]) {
                tried++;
            }
            if (tried == order.length) {
                return false;
            }
            base = take(order[tried]);
        }
        areas[slot] = area + 1;
        bases[slot] = base;
        return true;
    }

    private long take(int place) {
        free[place] = false;
        return first(place);
    }

    /**
     * Takes the surroundings of an address as the stack's, when that has to move: a program's first data are on its stack, where it has no
     * instructions.
     */
    private boolean windowFound(long address) {
        long bytes = space.stackBytes();
        long end = (address + 2 * ABOVE_STACK - 1) / ABOVE_STACK * ABOVE_STACK;
        if (space.inStack(address)) {
            end = space.stackFirst() + bytes;
        } else if (space.contains(address)) {
            stackKnown = true;
            return false;
        }
        if (address < 0 || end < bytes) {
            return false;
        }
        for (long area = end - bytes >>> AREA_SHIFT; area <= end - 1 >>> AREA_SHIFT; area++) {
            if (areas[slot(area)] != 0) {
                return false;
            }
        }
        stackKnown = true;
        windowFirst = end - bytes;
        windowBytes = bytes;
        return bytes > 0;
    }
}

package org.pagetrail.recorder.kernel.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.recorder.kernel.BootedFixture;
import org.pagetrail.recorder.kernel.KernelPanic;

class KernelHeapTest {
    private static final int ROOM = 8 << 20;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void blocksOfRandomSizesNeverOverlapAndKeepTheirContents(boolean preallocate) {
        long seed = 20261123;
        Random random = new Random(seed);
        BootedFixture kernel = new BootedFixture(preallocate);
        KernelHeap heap = kernel.heap(ROOM);
        int free = kernel.core.frames().free();
        Map<Integer, Integer> blocks = new TreeMap<>();
        for (int i = 0; i < 2_000; i++) {
            if (blocks.isEmpty() || random.nextInt(5) < (i < 1_200 ? 3 : 2)) {
                int bytes = 1 + random.nextInt(random.nextInt(20) == 0 ? 30_000 : 600);
                int block = heap.allocate(bytes);
                assertNotEquals(0, block, "seed " + seed);
                assertEquals(0, block % 4);
                blocks.put(block, bytes);
                kernel.core.code().store(block, block ^ bytes);
            } else {
                Integer[] addresses = blocks.keySet().toArray(Integer[]::new);
                int block = addresses[random.nextInt(addresses.length)];
                assertEquals(block ^ blocks.remove(block), kernel.core.code().load(block), "seed " + seed);
                heap.free(block);
            }
            assertApart(blocks, heap, seed);
        }
        blocks.keySet().forEach(heap::free);
        int kept = (heap.end() - heap.first()) / 4096;
        assertTrue(kept <= 2, "pages that an empty heap keeps: " + kept);
        int tables = preallocate ? 0 : 2;
        assertTrue(free - kernel.core.frames().free() <= kept + tables, "frames that are not given back");
        kernel.memory.expectNothingPending();
    }

    private static void assertApart(Map<Integer, Integer> blocks, KernelHeap heap, long seed) {
        int end = heap.first();
        for (Map.Entry<Integer, Integer> block : blocks.entrySet()) {
            assertTrue(Integer.compareUnsigned(block.getKey(), end) >= 0, "seed " + seed);
            end = block.getKey() + block.getValue();
        }
        assertTrue(Integer.compareUnsigned(end, heap.end()) <= 0, "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHeapWithoutRoomOrFramesRefusesAndIsAsItWas(boolean preallocate) {
        BootedFixture kernel = new BootedFixture(preallocate);
        KernelHeap small = kernel.heap(64 << 10);
        int block = small.allocate(100);
        int end = small.end();
        assertEquals(0, small.allocate(1 << 20));
        assertEquals(end, small.end());
        KernelHeap large = new KernelHeap(kernel.core, kernel.memory, 0xd000_0000, 0xe800_0000);
        int free = kernel.core.frames().free();
        assertEquals(0, large.allocate(256 << 20), "more than the machine has");
        assertEquals(large.first(), large.end());
        assertTrue(free - kernel.core.frames().free() <= (preallocate ? 0 : 32), "tables stay, pages do not");
        small.free(block);
        KernelPanic twice = assertThrows(KernelPanic.class, () -> small.free(block));
        assertTrue(twice.getMessage().contains("no heap block in use"), twice.getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStackGrowsAheadAndItsGuardStaysAbsent(boolean preallocate) {
        BootedFixture kernel = new BootedFixture(preallocate);
        KernelStacks stacks = new KernelStacks(kernel.core, kernel.memory, 64 << 10, 128);
        int slice = stacks.allocate();
        int top = stacks.top(slice);
        assertEquals(top, kernel.core.layout().stackTop() - (64 << 10));
        assertNull(kernel.memory.unmap(top - 3 * 4096), "two pages at first");
        assertTrue(stacks.reserve(slice, top - 100, 40_000));
        assertNotEquals(0, kernel.memory.entry(top - 40_000));
        assertTrue(!stacks.reserve(slice, top, 64 << 10), "the guard page is in the way");
        assertEquals(0, kernel.memory.entry(top - (64 << 10)));
        int free = kernel.core.frames().free();
        stacks.release(slice);
        assertEquals(free + 10, kernel.core.frames().free());
        assertEquals(slice, stacks.allocate());
        assertNotNull(kernel.memory);
    }
}

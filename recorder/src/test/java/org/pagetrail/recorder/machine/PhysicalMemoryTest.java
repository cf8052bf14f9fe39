package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhysicalMemoryTest {
    private final PhysicalMemory memory = new PhysicalMemory(3 << 12);

    @ParameterizedTest
    @ValueSource(longs = {0, -4096, 1, 4095, 4097, (1L << 32) + 4096, Long.MIN_VALUE})
    void aSizeThatIsNoWholeNumberOfFramesUpTo4GbIsRefused(long bytes) {
        assertThrows(IllegalArgumentException.class, () -> new PhysicalMemory(bytes));
    }

    @Test
    void theSmallestAndTheLargestSizeAreAccepted() {
        assertEquals(1, new PhysicalMemory(4096).frames());
        assertEquals(1 << 20, new PhysicalMemory(1L << 32).frames());
    }

    @Test
    void ramBeginsAsZerosAndKeepsWhatIsWritten() {
        assertEquals(0, memory.read(2, 1023));
        memory.write(2, 1023, 0);
        assertTrue(Frames.isClear(memory, 2));
        memory.write(2, 1023, 0xdead_beef);
        assertEquals(0xdead_beef, memory.read(2, 1023));
        assertEquals(0, memory.read(2, 1022));
        assertEquals(0, memory.read(1, 1023));
        assertFalse(Frames.isClear(memory, 2));
        memory.write(2, 1023, 0);
        assertEquals(0, memory.read(2, 1023));
    }

    @Test
    void beyondRamReadsAreOnesAndWritesAreLost() {
        assertTrue(memory.has(2));
        assertFalse(memory.has(3));
        assertFalse(memory.has(-1));
        assertTrue(memory.has(0));
        memory.write(3, 0, 5);
        assertEquals(-1, memory.read(3, 0));
        assertFalse(Frames.isClear(memory, 3));
        memory.clear(3);
        assertEquals(-1, memory.read(0xfff_ffff, 0));
    }

    @Test
    void clearingLeavesNothing() {
        memory.write(1, 0, 7);
        memory.write(1, 1023, 7);
        memory.clear(1);
        memory.clear(2);
        assertTrue(Frames.isClear(memory, 1));
        assertEquals(0, memory.read(1, 0));
    }

    @Test
    void bytesArePlacedAtAnyAddressAndLeaveTheirNeighboursAlone() {
        memory.write(0, 1023, 0x1111_1111);
        memory.write(1, 0, 0x2222_2222);
        byte[] bytes = {9, (byte) 0xaa, (byte) 0xbb, (byte) 0xcc, (byte) 0xdd, 9};
        memory.load(4094, bytes, 1, 4);
        assertEquals(0xbbaa_1111, memory.read(0, 1023));
        assertEquals(0x2222_ddcc, memory.read(1, 0));
        memory.load((3 << 12) - 1, bytes, 1, 2);
        assertEquals(0xaa00_0000, memory.read(2, 1023));
    }
}

package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.profile.MachineProfiles;

/** Accesses of bytes at any address, within a word, across words and across pages. */
class CrossingAccessTest {
    private static final int PRESENT = 7;

    private final Scene scene = new Scene(MachineProfiles.named("unit"));
    private final Machine machine = scene.machine;

    private void map(int page, int frame) {
        scene.entry(Scene.TABLE, page, frame << 12 | PRESENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void bytesAreReadAndWrittenAtEveryOffset(int bytes) {
        map(4, 8);
        map(5, 20);
        byte[] expected = new byte[32];
        long seed = 0xb17e5;
        java.util.Random random = new java.util.Random(seed);
        int base = 0x5000 - 16;
        for (int step = 0; step < 2_000; step++) {
            int at = random.nextInt(32 - bytes);
            int value = random.nextInt();
            machine.store(base + at, value, bytes);
            for (int i = 0; i < bytes; i++) {
                expected[at + i] = (byte) (value >>> i * 8);
            }
            int from = random.nextInt(32 - bytes);
            int read = machine.load(base + from, bytes);
            for (int i = 0; i < bytes; i++) {
                assertEquals(expected[from + i], (byte) (read >>> i * 8), "seed " + seed + " step " + step);
            }
            assertEquals(bytes == 4 ? read : read & (1 << bytes * 8) - 1, read);
        }
        assertEquals(machine.load(base + 13), machine.load(base + 13, 4));
    }

    @Test
    void anAccessThatCrossesIsTwoTranslations() {
        map(4, 8);
        map(5, 20);
        scene.log.clear();
        machine.store(0x4ffe, 0x1234_5678);
        machine.tellAccesses();
        assertEquals(2, scene.log.of(EventId.TLB_FILLED).size());
        assertEquals(2, scene.log.of(EventId.ACCESSES_COUNTED).get(0).field(1));
        assertEquals(0x5678, scene.word(8, 1023) >>> 16);
        assertEquals(0x1234, scene.word(20, 0));
        assertEquals(0x67, scene.word(Scene.TABLE, 4) & 0x67);
        assertEquals(0x67, scene.word(Scene.TABLE, 5) & 0x67);
    }

    @Test
    void aFaultOnTheSecondPageLeavesNothingOfTheFirst() {
        map(4, 8);
        scene.log.clear();
        assertEquals(Mmu.FAULT, machine.mmu().translate(0x4ffd, 4, Scene.WRITE));
        assertEquals(0x5000, machine.faultAddress());
        assertEquals(0x5000, machine.mmu().faultLinear());
        assertEquals(2, machine.mmu().faultCode());
        assertEquals(8 << 12 | PRESENT, scene.word(Scene.TABLE, 4), "neither A nor D");
        assertEquals(0, scene.log.of(EventId.TLB_FILLED).size());
        assertEquals(1, scene.log.of(EventId.PAGE_FAULTED).size());
        CacheView cache = machine.cache(Tlb.DATA_4K);
        for (int set = 0; set < cache.sets(); set++) {
            for (int way = 0; way < cache.ways(); way++) {
                assertTrue(!cache.valid(set, way) || cache.page(set, way) != 4);
            }
        }
    }

    @Test
    void whenBothPagesFaultItIsTheFirstThatIsTold() {
        assertEquals(Mmu.FAULT, machine.mmu().translate(0x4ffd, 4, Scene.READ));
        assertEquals(0x4ffd, machine.faultAddress());
    }

    @Test
    void aHeldTranslationOfTheSecondPageServesThoughTheTableSaysOtherwise() {
        map(4, 8);
        map(5, 20);
        machine.store(0x5000, 1);
        scene.entry(Scene.TABLE, 5, 0);
        machine.store(0x4ffe, 0x0002_0000);
        assertEquals(2, scene.word(20, 0));
        machine.invlpg(0x5000);
        assertEquals(Mmu.FAULT, machine.mmu().translate(0x4ffe, 4, Scene.WRITE));
        assertEquals(0x5000, machine.faultAddress());
    }

    @Test
    void anInstructionMayCrossToo() {
        map(4, 8);
        map(5, 20);
        machine.jump(0x4fff);
        scene.log.clear();
        machine.fetch();
        machine.tellAccesses();
        assertEquals(2, scene.log.of(EventId.ACCESSES_COUNTED).get(0).field(2));
    }

    @Test
    void aTouchOfBytesReachesBothPages() {
        map(4, 8);
        map(5, 20);
        assertEquals(8 << 12 | 0xff0, machine.touch(0x4ff0, 32, AccessKind.READ));
        assertEquals(0x20, scene.word(Scene.TABLE, 5) & 0x60);
        assertEquals(20 << 12, machine.touch(0x5000, 4096, AccessKind.WRITE));
        assertEquals(0x60, scene.word(Scene.TABLE, 5) & 0x60);
    }

    @Test
    void theLastPageIsFollowedByTheFirst() {
        scene.entry(Scene.DIRECTORY, 1023, Scene.OTHER_TABLE << 12 | PRESENT);
        machine.writeCr3(Scene.DIRECTORY << 12);
        scene.entry(Scene.OTHER_TABLE, 1023, 9 << 12 | PRESENT);
        map(0, 10);
        machine.store(-2, 0xaabb_ccdd);
        assertEquals(0xccdd, scene.word(9, 1023) >>> 16);
        assertEquals(0xaabb, scene.word(10, 0));
    }
}

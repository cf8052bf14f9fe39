package org.pagetrail.recorder.kernel.firmware;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FreePagesTest {
    private final FreePages free = new FreePages(FirmwareMemoryMap.ofPc(2 << 20));

    @Test
    void onlyWholePagesOfAvailableMemoryAreFree() {
        assertEquals(OptionalLong.of(0x9_e000), free.takeFirst(1, 0x9_e000, 1L << 32));
        assertEquals(OptionalLong.of(0x10_0000), free.takeFirst(1, 0x9_f000, 1L << 32));
    }

    @Test
    void everyPageThatARangeTouchesIsTaken() {
        free.take(0x10_0fff, 2);
        assertEquals(OptionalLong.of(0x10_2000), free.takeFirst(1, 0x10_0000, 1L << 32));
    }

    @Test
    void aRangeOverSeveralFreeRunsIsTakenFromEach() {
        free.take(0x10_2000, 0x1000);
        free.take(0x10_0000, 0x6000);
        assertEquals(OptionalLong.of(0x10_6000), free.takeFirst(1, 0x10_0000, 1L << 32));
    }

    @Test
    void aRunEndsBeforeTheLimit() {
        assertEquals(OptionalLong.empty(), free.takeFirst(0x2001, 0x10_0001, 0x10_3000));
        assertEquals(OptionalLong.of(0x10_1000), free.takeFirst(0x2000, 0x10_0001, 0x10_3000));
    }
}

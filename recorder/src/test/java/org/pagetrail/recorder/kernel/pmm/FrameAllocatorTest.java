package org.pagetrail.recorder.kernel.pmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pagetrail.recorder.kernel.BootedFixture;
import org.pagetrail.recorder.kernel.KernelPanic;

class FrameAllocatorTest {
    private final BootedFixture kernel = new BootedFixture(true);
    private final FrameAllocator frames = kernel.core.frames();

    private static void assertPanics(String says, Runnable does) {
        String message = assertThrows(KernelPanic.class, does::run).getMessage();
        assertTrue(message.contains(says), message);
    }

    @Test
    void aFrameThatIsFreedTwiceIsAnError() {
        int frame = frames.allocate("test");
        frames.free(frame, "test");
        assertPanics("freed twice", () -> frames.free(frame, "test"));
    }

    @Test
    void aLockedFrameIsNeverFreed() {
        assertPanics("locked: kernel", () -> frames.free(5, "test"));
        assertPanics("no memory", () -> frames.free(1 << 20, "test"));
    }

    @Test
    void itCountsWhatIsFreeAndGivesOutAllOfThatOnceAndThenRefuses() {
        int free = frames.free();
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < free; i++) {
            taken.add(frames.allocate("test"));
        }
        assertEquals(free, taken.stream().distinct().count());
        assertEquals(0, frames.free());
        String message = assertThrows(OutOfFramesException.class, () -> frames.allocate("test"))
                .getMessage();
        assertTrue(message.contains("no page frame is left for test") && message.contains("--ram"), message);
        taken.forEach(frame -> frames.free(frame, "test"));
        assertEquals(free, frames.free());
    }

    @Test
    void aRunIsOfFramesThatFollowEachOtherAndWereFree() {
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            taken.add(frames.allocate("test"));
        }
        // Holes of one frame and one of three.
        for (int i = 0; i < 50; i += 2) {
            frames.free(taken.get(i), "test");
        }
        frames.free(taken.get(61), "test");
        frames.free(taken.get(62), "test");
        frames.free(taken.get(63), "test");
        assertEquals(taken.get(61), frames.allocate(3, "test"));
        int free = frames.free();
        int run = frames.allocate(200, "test");
        assertEquals(free - 200, frames.free());
        assertTrue(run > taken.get(99));
        assertThrows(OutOfFramesException.class, () -> frames.allocate(1 << 14, "test"));
        assertPanics("run of 0", () -> frames.allocate(0, "test"));
    }
}

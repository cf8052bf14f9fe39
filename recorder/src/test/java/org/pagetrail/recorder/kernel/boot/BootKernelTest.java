package org.pagetrail.recorder.kernel.boot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.profile.MachineProfiles;

class BootKernelTest {
    private static final int BOOT_PAGES = 769;
    private static final int IMAGE_PAGES = 1024;
    private static final int MODULE_PAGES = 2;
    private static final int STACK_PAGES = 4;

    private static EventCounts boot(String profile, boolean preallocate) {
        EventCounts counts = new EventCounts();
        BootFixture.run(MachineProfiles.named(profile), counts, preallocate);
        return counts;
    }

    @Test
    void theBootMapsWhatThePlanSays() {
        EventCounts counts = boot("p6", true);
        assertEquals(BOOT_PAGES + IMAGE_PAGES + MODULE_PAGES + STACK_PAGES, counts.of(EventId.PAGE_MAPPED));
        assertEquals(256, counts.of(EventId.TABLE_LINKED));
        assertEquals(8, counts.of(EventId.PHASE_ENDED));
        assertEquals(0, counts.of(EventId.PAGE_FAULTED));
        assertEquals(1, counts.of(EventId.MACHINE_STOPPED));
    }

    @Test
    void withoutPreallocationOnlyTheTablesThatAreNeededAreLinked() {
        EventCounts counts = boot("p6", false);
        assertEquals(5, counts.of(EventId.TABLE_LINKED), "image, module, two of stack, the directory itself");
    }

    @Test
    void aProcessorWithoutGlobalPagesIsNotAskedForThem() {
        assertEquals(4, boot("pentium", true).of(EventId.CONTROL_REGISTER_WRITTEN));
        assertEquals(5, boot("p6", true).of(EventId.CONTROL_REGISTER_WRITTEN));
    }

    @Test
    void theBootTakesTheSameCyclesEachTime() {
        assertEquals(boot("unit", true).lastTick(), boot("unit", true).lastTick());
    }
}

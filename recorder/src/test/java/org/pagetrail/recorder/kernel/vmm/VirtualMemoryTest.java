package org.pagetrail.recorder.kernel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pagetrail.recorder.kernel.BootedFixture;
import org.pagetrail.recorder.kernel.KernelPanic;
import org.pagetrail.traces.ia32.Entries;

class VirtualMemoryTest {
    private static final int PAGE = 0xd000_1000;

    private final BootedFixture kernel = new BootedFixture(true);
    private final VirtualMemory memory = kernel.memory;
    private final int frame = kernel.core.frames().allocate("test");

    @Test
    void aPageThatIsMappedIsReachedAndOneThatIsUnmappedIsInvalidated() {
        memory.map(PAGE, frame, memory.kernelPage());
        kernel.core.code().store(PAGE + 8, 0x1234);
        assertEquals(0x1234, kernel.machine.memory().read(frame, 2));
        kernel.events.clear();
        PendingInvalidation removed = memory.unmap(PAGE);
        assertEquals(frame, removed.frame());
        assertThrows(KernelPanic.class, memory::expectNothingPending);
        removed.invalidate();
        memory.expectNothingPending();
        assertTrue(kernel.events.containsAll(List.of("page-unmapped", "tlb-invalidated")), kernel.events.toString());
        assertNull(memory.unmap(PAGE));
    }

    @Test
    void anInvalidationIsConsumedOnceAndAFlushThatWasLeftToMustCome() {
        memory.map(PAGE, frame, memory.kernelPage());
        PendingInvalidation tightened = memory.makeReadOnly(PAGE);
        tightened.leaveToFlush();
        assertThrows(IllegalStateException.class, tightened::invalidate);
        String pending =
                assertThrows(KernelPanic.class, memory::expectNothingPending).getMessage();
        assertTrue(pending.contains("a flush"), pending);
        memory.flush();
        memory.expectNothingPending();
        assertEquals(0, memory.entry(PAGE) & Entries.WRITABLE);
    }

    @Test
    void mappingWhatIsMappedAndChangingWhatIsNotAreErrors() {
        memory.map(PAGE, frame, memory.kernelPage());
        assertTrue(assertThrows(KernelPanic.class, () -> memory.map(PAGE, frame, memory.kernelPage()))
                .getMessage()
                .contains("mapped twice"));
        assertTrue(assertThrows(KernelPanic.class, () -> memory.makeWritable(PAGE + 4096))
                .getMessage()
                .contains("not mapped"));
    }

    @Test
    void usesOfTheTemporarySlotNestAndLeaveNothingBehind() {
        int other = kernel.core.frames().allocate("test");
        TemporarySlot slot = memory.temporary();
        slot.open(frame);
        slot.word(3, 33);
        slot.open(other);
        slot.word(3, 44);
        slot.close();
        assertEquals(33, slot.word(3));
        slot.reopen(other);
        assertEquals(44, slot.word(3));
        slot.close();
        assertEquals(33, kernel.machine.memory().read(frame, 3));
        assertEquals(44, kernel.machine.memory().read(other, 3));
        assertEquals(0, memory.entry(0xff3f_f000));
    }

    @Test
    void aKernelTableThatIsMadeWhileAnotherSpaceIsLoadedIsInTheReferenceDirectoryToo() {
        BootedFixture lazy = new BootedFixture(false);
        int directory = lazy.core.frames().allocate("test");
        TemporarySlot slot = lazy.memory.temporary();
        slot.open(directory);
        slot.clear();
        for (int k = 768; k < 1023; k++) {
            slot.word(k, lazy.memory.directoryEntry(k));
        }
        slot.word(1023, directory << 12 | 3);
        slot.close();
        lazy.machine.createAddressSpace(directory, 7, lazy.core.symbols().of("test"));
        lazy.memory.load(directory);
        lazy.memory.map(PAGE, frame, lazy.memory.kernelPage());
        int made = lazy.memory.directoryEntry(PAGE >>> 22);
        lazy.memory.load(lazy.memory.reference());
        assertEquals(made & Entries.FRAME_MASK, lazy.memory.directoryEntry(PAGE >>> 22) & Entries.FRAME_MASK);
        assertEquals(frame, Entries.frame(lazy.memory.entry(PAGE)));
    }
}

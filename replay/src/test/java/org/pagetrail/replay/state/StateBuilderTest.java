package org.pagetrail.replay.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.MemoryType;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceException;

class StateBuilderTest {
    private final Script script = new Script();
    private final StateBuilder builder = script.builder;
    private final MachineState state = script.state;

    @Test
    void beforeTheFirstEventNothingIsKnown() {
        assertEquals(-1, state.ordinal());
        assertEquals(OptionalLong.empty(), state.stackPage());
        assertEquals(OptionalLong.empty(), state.loadedDirectory());
        assertEquals(Mode.SUPERVISOR, state.mode());
        assertNull(state.phase());
        assertNull(state.stopped());
        assertNull(state.descriptorTable(DescriptorTable.GDT));
    }

    @Test
    void aSymbolIsItsTextOrItsNumber() {
        assertEquals("#0", state.symbol(0));
        script.symbol("B1");
        assertEquals("B1", state.symbol(0));
    }

    @Test
    void everyEventCountsAndBringsItsTick() {
        builder.frameCleared(40, 1);
        builder.accessesCounted(90, 1, 2, 3, 4, 5, 6, 7);
        assertEquals(2, state.events());
        assertEquals(1, state.ordinal());
        assertEquals(90, state.tick());
    }

    @Test
    void registersHoldWhatWasWrittenAndCr2TheLastFaultsAddress() {
        builder.controlRegisterWritten(0, ControlRegister.CR0.ordinal(), 0x10, 0x80000011L, 0, 0, 0);
        builder.controlRegisterWritten(0, ControlRegister.CR3.ordinal(), 0, 0x00123018L, 0, 0, 0);
        builder.pageFaulted(0, 0xc0401234L, 2, 0, 0, 0, 0, 2);
        builder.doubleFaulted(0, 0xff400000L, 2, 0, 0, 0, 0);
        assertEquals(0x80000011L, state.register(ControlRegister.CR0));
        assertEquals(0x00123018L, state.register(ControlRegister.CR3));
        assertEquals(OptionalLong.of(0x123), state.loadedDirectory());
        assertEquals(0xc0401234L, state.cr2());
        assertEquals(0, state.contradictions(), "a register's value before its first write is not known");
    }

    @Test
    void aRegisterThatSaysItHeldAnotherValueIsAContradiction() {
        builder.controlRegisterWritten(0, ControlRegister.CR3.ordinal(), 0, 0x1000, 0, 0, 0);
        builder.controlRegisterWritten(0, ControlRegister.CR3.ordinal(), 0x2000, 0x3000, 0, 0, 0);
        assertEquals(1, state.contradictions());
        assertEquals(OptionalLong.of(1), state.firstContradiction());
        assertEquals(0x3000, state.register(ControlRegister.CR3));
    }

    @Test
    void descriptorTablesStackModeAndStopAreKept() {
        builder.descriptorTableLoaded(0, DescriptorTable.IDT.ordinal(), 0xc0009000L, 0x7ff, 0xc0101000L);
        builder.stackPointerMoved(0, 0xffbff);
        builder.modeSwitched(0, Mode.SUPERVISOR.ordinal(), Mode.USER.ordinal());
        builder.machineStopped(0, StopReason.LIMIT.ordinal());
        assertEquals(
                new DescriptorTableRegister(0xc0009000L, 0x7ff, 0xc0101000L),
                state.descriptorTable(DescriptorTable.IDT));
        assertEquals(OptionalLong.of(0xffbff), state.stackPage());
        assertEquals(Mode.USER, state.mode());
        assertEquals(StopReason.LIMIT, state.stopped());
    }

    @Test
    void phasesNestAndTheInnermostIsTheCurrent() {
        int outer = script.symbol("S5");
        int inner = script.symbol("switch");
        builder.phaseBegan(0, outer);
        builder.phaseBegan(0, inner);
        assertEquals("switch", state.phase());
        builder.phaseEnded(0, inner);
        assertEquals("S5", state.phase());
        assertEquals("switch", state.lastPhaseEnded());
        builder.phaseEnded(0, outer);
        assertNull(state.phase());
        assertEquals(0, state.contradictions());
        builder.phaseEnded(0, outer);
        assertEquals(1, state.contradictions());
    }

    @Test
    void aFrameIsUnknownThenFreeThenAllocatedThenFreeAgain() {
        int use = script.symbol("page-table");
        assertEquals(FrameState.UNKNOWN, state.frameState(0x105));
        builder.memoryRegionReported(0, 0x100000, 0x10000, MemoryType.AVAILABLE.ordinal());
        assertEquals(FrameState.FREE, state.frameState(0x105));
        builder.framesAllocated(0, 0x104, 4, use);
        assertEquals(FrameState.ALLOCATED, state.frameState(0x107));
        assertEquals("page-table", state.frameUse(0x107));
        assertFalse(state.isAllocated(0x108));
        builder.framesFreed(0, 0x105, 1, use);
        assertEquals(FrameState.FREE, state.frameState(0x105));
        assertNull(state.frameUse(0x105));
        assertEquals(
                List.of(new FrameRun(0x104, 1, "page-table"), new FrameRun(0x106, 2, "page-table")),
                state.allocatedRuns());
        assertEquals(
                List.of(new FrameRun(0x100, 4, null), new FrameRun(0x105, 1, null), new FrameRun(0x108, 8, null)),
                state.freeRuns());
    }

    @Test
    void aLockedFrameStaysLockedWhenItIsWronglyAllocatedAndFreed() {
        int kernel = script.symbol("kernel");
        int heap = script.symbol("heap");
        builder.framesLocked(0, 0, 1024, kernel);
        builder.framesAllocated(0, 5, 1, heap);
        assertTrue(state.isLocked(5) && state.isAllocated(5));
        assertEquals("heap", state.frameUse(5));
        builder.framesFreed(0, 5, 1, heap);
        assertEquals(FrameState.LOCKED, state.frameState(5));
        assertEquals("kernel", state.frameUse(5));
    }

    @Test
    void aFrameThatAnotherRegionTouchesIsNotAvailable() {
        builder.memoryRegionReported(0, 0, 0x9fc00, MemoryType.AVAILABLE.ordinal());
        builder.memoryRegionReported(0, 0x9fc00, 0x400, MemoryType.RESERVED.ordinal());
        assertEquals(FrameState.FREE, state.frameState(0x9e));
        assertEquals(FrameState.UNKNOWN, state.frameState(0x9f));
    }

    @Test
    void usersOfASharedFrameAreCountedAsToldAndForgottenWhenItIsFreed() {
        builder.frameShared(0, 0x300, 2);
        builder.frameShared(0, 0x300, 3);
        builder.frameUnshared(0, 0x300, 2);
        assertEquals(2, state.shareCount(0x300));
        assertArrayEquals(new long[] {0x300}, state.sharedFrames());
        builder.framesFreed(0, 0x2ff, 2, 0);
        assertEquals(0, state.shareCount(0x300));
    }

    @Test
    void whatTheBootLoaderLeftIsListed() {
        int name = script.symbol("initrd");
        builder.moduleLoaded(0, 0x500000, 100, name);
        builder.kernelSegmentLoaded(0, 0x100000, 0xc0100000L, 10, 20, Rights.READ);
        assertEquals(List.of(new LoadedModule(0x500000, 100, "initrd")), state.modules());
        assertEquals(List.of(new KernelSegment(0x100000, 0xc0100000L, 10, 20, Rights.READ)), state.kernelSegments());
    }

    @Test
    void theLoadedAddressSpaceIsTheOneInCr3() {
        builder.addressSpaceCreated(0, 9, 2, script.symbol("shell"));
        builder.addressSpaceCreated(0, 5, 0, script.symbol("kernel"));
        script.cr3(5);
        assertFalse(state.addressSpace(5).loaded(), "paging is off");
        script.paging(true);
        assertEquals(
                List.of(new AddressSpace(5, 0, "kernel", true), new AddressSpace(9, 2, "shell", false)),
                state.addressSpaces());
        builder.addressSpaceSwitched(0, 9, 2, 0);
        assertEquals(OptionalLong.of(9), state.currentDirectory());
        assertTrue(state.addressSpace(5).loaded(), "the kernel's word does not load CR3");
        script.retire(9);
        assertNull(state.addressSpace(9));
    }

    @Test
    void aProcessIsKeptWithItsSegmentsBreakLibrariesAndEnd() {
        int name = script.symbol("shell");
        int libc = script.symbol("libc");
        int code = Rights.READ | Rights.EXECUTE;
        builder.processCreated(0, 3, 1, 9, name);
        builder.userSegmentLoaded(0, 3, 0x08048000, 100, 4096, code);
        builder.userSegmentLoaded(0, 3, 0x08048000, 200, 4096, code);
        builder.programBreakMoved(0, 3, 0x0804a000, 0x0804c000);
        builder.libraryMapped(0, 3, 0x40000000, 8192, code, libc);
        builder.processExited(0, 3, 7);
        ProcessState expected = new ProcessState(
                3,
                1,
                9,
                "shell",
                true,
                7,
                OptionalLong.of(0x0804c000),
                List.of(new UserSegment(0x08048000, 200, 4096, code)),
                List.of(new MappedLibrary(0x40000000, 8192, code, "libc")));
        assertEquals(expected, state.process(3));
        assertEquals(List.of(expected), List.copyOf(state.processes()));
        assertEquals(0, state.contradictions());
    }

    @Test
    void aSnapshotStaysWhenTheBuilderGoesOn() {
        script.create(1);
        script.store(1, 0, Script.entry(2, Script.TABLE));
        MachineState before = builder.snapshot();
        String digest = StateDigest.of(before);
        assertEquals(digest, StateDigest.of(state));
        script.store(2, 0, Script.entry(3, Script.PAGE));
        builder.framesAllocated(0, 7, 1, 0);
        builder.programBreakMoved(0, 3, 0, 1);
        assertEquals(digest, StateDigest.of(before));
        assertEquals(0, before.word(2, 0));
        assertNotEquals(digest, StateDigest.of(state));
    }

    @Test
    void codesAndRightsThatThisVersionDoesNotKnowAreDamage() {
        assertThrows(TraceException.class, () -> builder.controlRegisterWritten(0, 3, 0, 0, 0, 0, 0));
        assertThrows(TraceException.class, () -> builder.machineStopped(0, -1));
        assertThrows(TraceException.class, () -> builder.userSegmentLoaded(0, 1, 0, 0, 0, 16));
        assertThrows(TraceException.class, () -> builder.framesLocked(0, 5, Long.MAX_VALUE, 0));
        assertThrows(TraceException.class, () -> builder.framesFreed(0, 5, -1, 0));
        assertThrows(TraceException.class, () -> builder.symbolDefined(0, Integer.MAX_VALUE, "far"));
    }
}

package org.pagetrail.traces.text;

import org.pagetrail.traces.event.TraceEvents;

/** A short life of a machine, told by hand: one event of every kind with the values that it would have. */
final class Story {
    private static final int STORE = 0;
    private static final int WALK = 1;
    private static final int BECAME_LIVE = 2;

    private Story() {}

    static void tell(TraceEvents out) {
        boot(out);
        entries(out);
        tlb(out);
        faults(out);
        processes(out);
    }

    private static void boot(TraceEvents out) {
        out.symbolDefined(0, 0, "initrd");
        out.memoryRegionReported(0, 0, 0x9fc00, 0);
        out.memoryRegionReported(0, 0x10_0000, 63 << 20, 1);
        out.moduleLoaded(0, 0x50_0000, 5000, 0);
        out.kernelSegmentLoaded(0, 0x10_0000, 0xc010_0000L, 0x3a00, 0x4000, 9);
        out.symbolDefined(0, 1, "B1");
        out.phaseBegan(0, 1);
        out.stackPointerMoved(2, 0x204);
        out.descriptorTableLoaded(17, 0, 0x20_5000, 0x2f, 0);
        out.controlRegisterWritten(19, 2, 0, 0x10, 0x10_0028, 0x20_5000, 0);
        out.tlbFlushed(19, 3, 0, 0, 0);
        out.symbolDefined(22, 2, "boot");
        out.addressSpaceCreated(22, 0x200, 0, 2);
        out.phaseEnded(23, 1);
        out.symbolDefined(24, 3, "B2");
        out.phaseBegan(24, 3);
    }

    private static void entries(TraceEvents out) {
        out.pageMapped(25, 0x200, 768, 0, 0x83, 0xc000_0000L, 2, 0x200, STORE);
        out.entryMarked(26, 0x200, 768, 0x83, 0xa3, 0xc000_0000L, 2, 0x200, WALK);
        out.pageSplit(27, 0x200, 768, 0xa3, 0x40_1003, 0xc000_0000L, 2, 0x200, STORE);
        out.pageMapped(27, 0x401, 1, 0, 0x1163, 0xc000_1000L, 1, 0x200, BECAME_LIVE);
        out.tableProtected(28, 0x200, 768, 0x40_1003, 0x40_1007, 0xc000_0000L, 2, 0x200, STORE);
        out.entryMarked(28, 0x200, 768, 0x40_1007, 0x40_1027, 0xc000_0000L, 2, 0x200, WALK);
        out.pageProtected(29, 0x401, 1, 0x1163, 0x1161, 0xc000_1000L, 1, 0x200, STORE);
        out.pageProtected(29, 0x401, 1, 0x1161, 0x1171, 0xc000_1000L, 1, 0x200, STORE);
        out.pageRemapped(30, 0x401, 1, 0x1171, 0x9_f025, 0xc000_1000L, 1, 0x600, STORE);
        out.pageUnmapped(31, 0x401, 1, 0x9_f025, 0, 0xc000_1000L, 1, 0x200, STORE);
        out.tableRelinked(32, 0x200, 768, 0x40_1027, 0x40_2003, 0xc000_0000L, 2, 0x200, STORE);
        out.tableUnlinked(33, 0x200, 768, 0x40_2003, 0, 0xc000_0000L, 2, 0x200, STORE);
        out.tableLinked(34, 0x200, 1023, 0, 0x20_0003, 0xffc0_0000L, 2, 0x200, STORE);
        out.pageMerged(35, 0x200, 1023, 0x20_0003, 0x40_2083, 0xffc0_0000L, 2, 0x200, STORE);
    }

    private static void tlb(TraceEvents out) {
        out.phaseEnded(40, 3);
        out.tlbFilled(41, 4, 0, 1, 0, 0xc0000, 0xe3, 0, 11, 1, 0, 0, 1);
        out.tlbFilled(42, 3, 3, 2, -1, 0xc0003, 0xe3, 0, 11, 1, 0, 1, 2);
        out.tlbFilled(43, 1, 3, 0, 2, 0xc0003, 0x40_1023, 0x3121, 9, 0, 1, 2, 0);
        out.walkCacheFilled(44, 0, 3, 0xc000_0000L, 0x40_1023);
        out.changedEntryUsed(45, 3, 3, 2, 0xc000_3010L, 1, 0, 0xc010_0000L);
        out.tlbInvalidated(46, 0, 0xc000_3000L, 1, 12, 1);
        out.tlbFlushed(47, 1, 12, 3, 4);
        out.addressSpaceSwitched(47, 0x400, 0, 2);
        out.addressSpaceRetired(48, 0x200, 0, 2);
    }

    private static void faults(TraceEvents out) {
        out.modeSwitched(50, 0, 1);
        out.pageFaulted(51, 0xbfff_fff8L, 6, 0x804_8010, 0xbfff_fff8L, 3, 0, 2);
        out.pageFaultResolved(60, 0xbfff_fff8L, 2);
        out.doubleFaulted(61, 0xff40_0ffcL, 2, 0xc010_0020L, 0xff40_1000L, 0, 1);
        out.interruptTaken(61, 0x80, 0x804_8010, 0xbfff_fff0L, 3, 0);
        out.interruptReturned(61, 0x804_8012, 3, 0);
        out.processorHalted(61, 1);
        out.tripleFaulted(62, 0xff40_0ffcL, 2, 0xc010_0020L, 0xff40_1000L, 0, 0);
    }

    private static void processes(TraceEvents out) {
        out.symbolDefined(70, 4, "stack");
        out.framesAllocated(70, 0x500, 1, 4);
        out.framesLocked(71, 0, 1024, 4);
        out.frameCleared(72, 0x500);
        out.frameShared(73, 0x500, 2);
        out.frameCopied(74, 0x500, 0x501);
        out.frameUnshared(75, 0x500, 1);
        out.framesFreed(76, 0x500, 16, 4);
        out.symbolDefined(77, 5, "init");
        out.processCreated(77, 1, 0, 0x600, 5);
        out.userSegmentLoaded(78, 1, 0x804_8000, 0x1234, 0x2000, 13);
        out.programBreakMoved(79, 1, 0x804_a000, 0x804_b000);
        out.libraryMapped(80, 1, 0x4000_0000, 0x8000, 13, 5);
        out.processExited(81, 1, 0);
        out.accessed(82, 0xc010_0000L, 2, 4, 0, 0xc010_0000L);
        out.accessesCounted(83, 513, 1017, 1530, 0, 3059, 1, 0);
        out.machineStopped(84, 0);
    }
}

package org.pagetrail.replay.state;

import java.util.List;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.MemoryType;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceEvents;

/** A kernel's boot in the shape of the default plan, by hand and shortened: an image, four tables, a window, a process. */
final class SmallBoot {
    static final List<MapRegion> REGIONS = List.of(
            new MapRegion(0xc0000000L, 0xc03fffffL, "kernel-image"),
            new MapRegion(0xc0400000L, 0xff3fffffL, "kernel-heap"),
            new MapRegion(0xff400000L, 0xffbfffffL, "kernel-stack"),
            new MapRegion(0xffc00000L, 0xffffefffL, "page-tables"),
            new MapRegion(0xfffff000L, 0xffffffffL, "page-directory"));

    private static final long DIRECTORY = 0x400;
    private static final long IMAGE = 0x401;
    private static final long HEAP = 0x402;
    private static final long STACK = 0x500;
    private static final long FAR_HEAP = 0x540;
    private static final long SHELL = 0x600;

    private SmallBoot() {}

    static void tell(Script script) {
        TraceEvents out = script.tell();
        int structures = script.symbol("paging structure");
        firmware(script, out);
        int s5 = script.symbol("S5");
        out.phaseBegan(script.tick(), s5);
        out.framesAllocated(script.tick(), DIRECTORY, 3, structures);
        out.framesAllocated(script.tick(), STACK, 1, structures);
        out.framesAllocated(script.tick(), FAR_HEAP, 1, structures);
        out.addressSpaceCreated(script.tick(), DIRECTORY, 0, script.symbol("kernel"));
        link(script, DIRECTORY, DIRECTORY, 1023);
        link(script, DIRECTORY, IMAGE, 768);
        link(script, DIRECTORY, HEAP, 769);
        link(script, DIRECTORY, FAR_HEAP, 770);
        link(script, DIRECTORY, STACK, 1022);
        for (int slot = 0; slot < 1024; slot++) {
            boolean text = slot >= 0x100 && slot < 0x120;
            script.store(IMAGE, slot, Script.entry(slot, (text ? 0x1 : 0x3) | Script.GLOBAL));
        }
        script.store(STACK, 1023, Script.entry(0x700, 0x3 | Script.GLOBAL));
        script.cr3(DIRECTORY);
        script.register(ControlRegister.CR0, 0x80010011L);
        script.register(ControlRegister.CR4, 0x90);
        out.descriptorTableLoaded(script.tick(), DescriptorTable.GDT.ordinal(), 0xc0107000L, 0x2f, 0);
        out.stackPointerMoved(script.tick(), 0xffbff);
        script.fill(
                Tlb.INSTRUCTION_4K,
                0,
                1,
                2,
                0xc0104,
                Script.entry(IMAGE, 0x23),
                Script.entry(0x104, 0x121),
                FillCause.MISS);
        script.fill(
                Tlb.DATA_4K, 3, 0, 1, 0xffbff, Script.entry(STACK, 0x23), Script.entry(0x700, 0x163), FillCause.DIRTY);
        out.walkCacheFilled(script.tick(), 0, 2, 0xffbff000L, Script.entry(STACK, 0x23));
        out.phaseEnded(script.tick(), s5);
        shell(script, out);
    }

    private static void firmware(Script script, TraceEvents out) {
        out.memoryRegionReported(script.tick(), 0, 0x9fc00, MemoryType.AVAILABLE.ordinal());
        out.memoryRegionReported(script.tick(), 0x9fc00, 0x60400, MemoryType.RESERVED.ordinal());
        out.memoryRegionReported(script.tick(), 0x100000, 0x3f00000, MemoryType.AVAILABLE.ordinal());
        int code = Rights.READ | Rights.EXECUTE;
        out.kernelSegmentLoaded(script.tick(), 0x100000, 0xc0100000L, 0x1f240, 0x1f240, code);
        out.moduleLoaded(script.tick(), 0x180000, 0x5000, script.symbol("initrd"));
        out.framesLocked(script.tick(), 0, 1024, script.symbol("kernel and low memory"));
    }

    private static void shell(Script script, TraceEvents out) {
        int name = script.symbol("shell");
        out.framesAllocated(script.tick(), SHELL, 2, script.symbol("user"));
        out.frameShared(script.tick(), 0x601, 2);
        out.addressSpaceCreated(script.tick(), SHELL, 1, name);
        out.processCreated(script.tick(), 1, 0, SHELL, name);
        out.programBreakMoved(script.tick(), 1, 0, 0x0804c000);
        link(script, SHELL, SHELL, 1023);
        link(script, SHELL, IMAGE, 768);
        script.store(SHELL, 32, Script.entry(0x601, 0x7));
        script.becameLive(0x601, 0x48, Script.entry(0x710, 0x5));
    }

    private static void link(Script script, long directory, long table, int slot) {
        script.store(directory, slot, Script.entry(table, 0x3));
    }
}

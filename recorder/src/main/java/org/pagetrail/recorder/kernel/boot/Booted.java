package org.pagetrail.recorder.kernel.boot;

import java.util.List;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.Routine;

/** The kernel at the end of S6, for what comes after it. */
public final class Booted {
    private final KernelCore core;
    private final DescriptorTables tables;
    private final int idt;
    private final int tss;
    private final int directory;
    private final int heapFirst;
    private final List<Integer> modules;

    Booted(
            KernelCore core,
            DescriptorTables tables,
            int idt,
            int tss,
            int directory,
            int heapFirst,
            List<Integer> modules) {
        this.core = core;
        this.tables = tables;
        this.idt = idt;
        this.tss = tss;
        this.directory = directory;
        this.heapFirst = heapFirst;
        this.modules = List.copyOf(modules);
    }

    /** What every part of the kernel works with. */
    public KernelCore core() {
        return core;
    }

    /** The frame of the directory that is loaded. */
    public int directory() {
        return directory;
    }

    /** The first page of the kernel's heap that nothing is mapped at. */
    public int heapFirst() {
        return heapFirst;
    }

    /** The linear addresses of the modules, in their order. */
    public List<Integer> modules() {
        return modules;
    }

    /** Makes a gate through which interrupts from outside enter a routine. */
    public void gate(int vector, Routine routine) {
        tables.gate(idt, vector, core.routines().address(routine), false);
    }

    /** Makes a gate that programs may use, too. */
    public void userGate(int vector, Routine routine) {
        tables.gate(idt, vector, core.routines().address(routine), true);
    }

    /** Says where the kernel's stack begins when it is entered from user mode. */
    public void kernelStack(int top) {
        tables.kernelStack(tss, top);
    }
}

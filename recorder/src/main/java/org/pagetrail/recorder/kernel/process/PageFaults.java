package org.pagetrail.recorder.kernel.process;

import org.pagetrail.recorder.kernel.Code;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.Routine;
import org.pagetrail.recorder.kernel.pmm.FrameAllocator;
import org.pagetrail.recorder.kernel.pmm.OutOfFramesException;
import org.pagetrail.recorder.kernel.vmm.PendingInvalidation;
import org.pagetrail.recorder.kernel.vmm.TemporarySlot;
import org.pagetrail.recorder.kernel.vmm.VirtualMemory;
import org.pagetrail.recorder.machine.FaultHandler;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.PageFaultCode;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/** The kernel's answer to page faults: pages on demand, copies on write, stacks that grow, lazily shared tables; the end of who went wrong. */
final class PageFaults implements FaultHandler {
    private static final int PAGE = LinearAddress.PAGE_BYTES;
    private static final int USER_PAGE = Entries.PRESENT | Entries.USER;

    /** How far below its stack pointer a program may touch its stack: PUSHA writes 32 bytes before it moves the pointer. */
    private static final int BELOW_STACK_POINTER = 32;

    /** Where EIP and ESP are in what the processor has pushed. */
    private static final int PUSHED_IP = 4;

    private static final int PUSHED_SP = 16;

    private final Parts parts;
    private final KernelCore core;
    private final Code code;
    private final VirtualMemory memory;
    private final Processes processes;
    private boolean copying;

    PageFaults(Parts parts, Processes processes) {
        this.parts = parts;
        this.processes = processes;
        core = parts.core();
        code = core.code();
        memory = parts.memory();
    }

    /** Says whether the kernel is copying from or to user memory now, so that a bad address there ends the copy. */
    void copying(boolean now) {
        copying = now;
    }

    @Override
    public void pageFault(int linear, int errorCode) {
        core.routines()
                .handle(
                        Routine.PAGE_FAULT,
                        () -> answer(linear, code.load(core.machine().sp())));
    }

    private void answer(int linear, int errorCode) {
        boolean user = (errorCode & PageFaultCode.USER) != 0;
        if (!user && isKernel(linear)) {
            lazyTable(linear);
            return;
        }
        KernelProcess process = processes.current();
        if (process == null) {
            panic(linear);
        }
        Area area = isKernel(linear) ? null : process.areaAt(LinearAddress.unsigned(linear));
        int pte = area == null ? 0 : memory.entry(linear);
        boolean write = (errorCode & PageFaultCode.WRITE) != 0;
        if (area == null || (errorCode & PageFaultCode.RESERVED) != 0) {
            bad(linear, user);
        } else if (write && (!area.writable() || process.readOnly.contains(linear >>> LinearAddress.PAGE_SHIFT))) {
            bad(linear, user);
        } else if (Entries.present(pte)) {
            present(linear, pte, write);
        } else {
            absent(process, area, linear, user);
        }
    }

    private boolean isKernel(int linear) {
        return Integer.compareUnsigned(linear, core.layout().kernelBase()) >= 0;
    }

    private void resolved(int linear, FaultResolution how) {
        core.events().pageFaultResolved(core.machine().now(), LinearAddress.unsigned(linear), how.ordinal());
    }

    private void panic(int linear) {
        resolved(linear, FaultResolution.KILLED);
        throw core.machine().stop(StopReason.HALT);
    }

    /** A kernel table that the loaded directory lacks: the fault is below it, or in the window, where it would be seen. */
    private void lazyTable(int linear) {
        int window = core.layout().windowEntry(0);
        int slot = Integer.compareUnsigned(linear, window) >= 0
                ? linear - window >>> LinearAddress.PAGE_SHIFT
                : LinearAddress.directorySlot(linear);
        boolean lazily = slot > core.layout().kernelSlot()
                && slot < core.layout().recursiveSlot()
                && !Entries.present(memory.directoryEntry(slot));
        if (!lazily || !memory.takeFromReference(slot)) {
            panic(linear);
        }
        resolved(linear, FaultResolution.LAZY_TABLE);
    }

    private void bad(int linear, boolean user) {
        if (user) {
            kill(linear);
        } else if (copying) {
            code.store(core.machine().sp() + PUSHED_IP, core.routines().address(Routine.COPY_FROM_USER));
            resolved(linear, FaultResolution.FIXUP);
            copying = false;
            core.machine().returnFromFault();
            throw new FixedUp();
        } else {
            panic(linear);
        }
    }

    private void kill(int linear) {
        resolved(linear, FaultResolution.KILLED);
        copying = false;
        throw processes.end(Processes.KILLED);
    }

    private void present(int linear, int pte, boolean write) {
        if (!write || (pte & Entries.WRITABLE) != 0) {
            resolved(linear, FaultResolution.SPURIOUS);
            return;
        }
        try {
            core.routines().call(Routine.COPY_ON_WRITE, () -> copyOnWrite(linear, pte));
        } catch (OutOfFramesException e) {
            kill(linear);
        }
        resolved(linear, FaultResolution.COPY_ON_WRITE);
    }

    private void copyOnWrite(int linear, int pte) {
        int shared = Entries.frame(pte);
        if (parts.references().count(shared) == 1 || core.defects().strikes(Defect.COW_NOT_COPIED)) {
            memory.makeWritable(linear);
            return;
        }
        int own = parts.references().allocate(FrameAllocator.USER_PAGE);
        int to = memory.temporary().open(own);
        memory.allowUserAccess(true);
        code.step();
        core.machine().copyPage(linear & -PAGE, to);
        memory.allowUserAccess(false);
        memory.temporary().close();
        PendingInvalidation replaced = memory.remap(linear & -PAGE, own, USER_PAGE | Entries.WRITABLE);
        replaced.invalidate();
        parts.references().release(shared, FrameAllocator.USER_PAGE);
    }

    private void absent(KernelProcess process, Area area, int linear, boolean user) {
        boolean stack = area.kind == Area.Kind.STACK;
        if (stack && user && !process.stackAnywhere) {
            int sp = code.load(core.machine().sp() + PUSHED_SP);
            if (Integer.compareUnsigned(linear, sp - BELOW_STACK_POINTER) < 0) {
                kill(linear);
            }
        }
        int page = linear & -PAGE;
        if (process.loopingPage == page || core.defects().strikes(Defect.FAULT_LOOP)) {
            process.loopingPage = page;
        } else {
            try {
                core.routines().call(Routine.DEMAND_ZERO, () -> zero(page, bits(process, area, page)));
            } catch (OutOfFramesException e) {
                kill(linear);
            }
        }
        resolved(linear, stack ? FaultResolution.STACK_GROWTH : FaultResolution.DEMAND_ZERO);
    }

    private static int bits(KernelProcess process, Area area, int page) {
        boolean writable = area.writable() && !process.readOnly.contains(page >>> LinearAddress.PAGE_SHIFT);
        return USER_PAGE | (writable ? Entries.WRITABLE : 0);
    }

    private void zero(int page, int bits) {
        int frame = parts.references().allocate(FrameAllocator.USER_PAGE);
        if (!core.defects().strikes(Defect.USER_PAGE_NOT_CLEARED)) {
            TemporarySlot slot = memory.temporary();
            slot.open(frame);
            slot.clear();
            slot.close();
        }
        try {
            processes.mapUser(page, frame, bits);
        } catch (OutOfFramesException e) {
            parts.references().release(frame, FrameAllocator.USER_PAGE);
            throw e;
        }
    }
}

package org.pagetrail.recorder.kernel.process;

import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.Routine;
import org.pagetrail.recorder.kernel.pmm.FrameAllocator;
import org.pagetrail.recorder.kernel.vmm.PendingInvalidation;
import org.pagetrail.recorder.kernel.vmm.VirtualMemory;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/** What the kernel does for the process that has the processor, on its kernel stack. */
final class SystemCalls {
    private static final int PAGE = LinearAddress.PAGE_BYTES;

    /** Bytes that each level of a deep call takes of the kernel's stack, beside its return address. */
    private static final int DEEP_FRAME = 256;

    private final Parts parts;
    private final KernelCore core;
    private final VirtualMemory memory;
    private final Processes processes;

    SystemCalls(Parts parts, Processes processes) {
        this.parts = parts;
        this.processes = processes;
        core = parts.core();
        memory = parts.memory();
    }

    /** Moves the end of the heap; false when it cannot be there. */
    boolean moveBreak(long bytes) {
        KernelProcess process = processes.current();
        Area heap = process.area(Area.Kind.HEAP);
        long end = heap.end + bytes;
        if (end < heap.first || end > parts.layout().heapEnd()) {
            return false;
        }
        core.routines().call(Routine.BREAK, () -> {
            for (long page = pageAfter(end); page < pageAfter(heap.end); page += PAGE) {
                release(process, (int) page);
            }
            core.events().programBreakMoved(core.machine().now(), process.pid, heap.end, end);
            heap.end = end;
        });
        return true;
    }

    private static long pageAfter(long linear) {
        return linear + PAGE - 1 & -PAGE;
    }

    private void release(KernelProcess process, int page) {
        PendingInvalidation removed = memory.unmap(page);
        if (removed != null) {
            int frame = removed.frame();
            removed.invalidate();
            parts.references().release(frame, FrameAllocator.USER_PAGE);
        }
        process.readOnly.remove(page >>> LinearAddress.PAGE_SHIFT);
    }

    /** Makes pages of the heap read-only, or writable again. */
    void protect(int first, int bytes, boolean writable) {
        KernelProcess process = processes.current();
        core.routines().call(Routine.PROTECT, () -> {
            for (int page = first & -PAGE; Integer.compareUnsigned(page, first + bytes) < 0; page += PAGE) {
                if (writable) {
                    makeWritable(process, page);
                } else {
                    process.readOnly.add(page >>> LinearAddress.PAGE_SHIFT);
                    if ((memory.entry(page) & Entries.WRITABLE) != 0) {
                        PendingInvalidation tightened = memory.makeReadOnly(page);
                        tightened.invalidate();
                    }
                }
            }
        });
    }

    private void makeWritable(KernelProcess process, int page) {
        process.readOnly.remove(page >>> LinearAddress.PAGE_SHIFT);
        int pte = memory.entry(page);
        if (Entries.present(pte) && parts.references().count(Entries.frame(pte)) == 1) {
            memory.makeWritable(page);
        }
    }

    /** Keeps a block of the kernel's heap for the process; false when there is none. */
    boolean keep(int bytes) {
        int block = parts.heap().allocate(bytes);
        if (block == 0) {
            return false;
        }
        core.code().store(block, bytes);
        processes.current().buffers.add(block);
        return true;
    }

    /** Gives back the oldest blocks that were kept. */
    void giveUp(int count) {
        KernelProcess process = processes.current();
        for (int i = 0; i < count && !process.buffers.isEmpty(); i++) {
            parts.heap().free(process.buffers.remove(0));
        }
    }

    /** Calls a routine within itself, so many times; false when the stack has no room for that. */
    boolean deep(int depth) {
        KernelProcess process = processes.current();
        int needed = depth * (DEEP_FRAME + 2 * Integer.BYTES) + PAGE;
        if (!parts.stacks().reserve(process.stackSlice, core.machine().sp(), needed)) {
            return false;
        }
        deeper(depth);
        return true;
    }

    private void deeper(int depth) {
        core.routines().call(Routine.DEEP, () -> {
            core.machine().moveStack(core.machine().sp() - DEEP_FRAME);
            core.code().store(core.machine().sp(), depth);
            if (depth > 1) {
                deeper(depth - 1);
            }
            core.machine().moveStack(core.machine().sp() + DEEP_FRAME);
        });
    }
}

package org.pagetrail.recorder.kernel.heap;

import java.util.BitSet;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.KernelPanic;
import org.pagetrail.recorder.kernel.pmm.OutOfFramesException;
import org.pagetrail.recorder.kernel.vmm.PendingInvalidation;
import org.pagetrail.recorder.kernel.vmm.VirtualMemory;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * The kernel's stacks: equal slices of the kernel-stack region, from its end down. The first is the kernel's own, each process has another.
 *
 * <pre>
 *   end of the region ->  +------------------+
 *                         |  slice 0         |  the kernel's own
 *                         |  guard page      |  never mapped
 *                         +------------------+
 *                         |  slice 1         |
 * </pre>
 *
 * <p>A stack has two pages at first. Who needs more asks ahead: the page fault for a stack's own page could not be delivered.
 */
public final class KernelStacks {
    /** The use of their frames. */
    public static final String KERNEL_STACK = "kernel-stack";

    /** Pages that a stack has at first. */
    public static final int FIRST_PAGES = 2;

    private static final int PAGE = LinearAddress.PAGE_BYTES;

    private final KernelCore core;
    private final VirtualMemory memory;
    private final int sliceBytes;
    private final int slices;
    private final BitSet taken = new BitSet();

    /**
     * The slices of a region whose end is the layout's stack top.
     *
     * @param sliceBytes of each
     * @param slices how many there are
     */
    public KernelStacks(KernelCore core, VirtualMemory memory, int sliceBytes, int slices) {
        this.core = core;
        this.memory = memory;
        this.sliceBytes = sliceBytes;
        this.slices = slices;
        taken.set(0);
    }

    /** The linear address after a slice. */
    public int top(int slice) {
        return core.layout().stackTop() - slice * sliceBytes;
    }

    /** Whether there is a slice for one more process. */
    public boolean hasRoom() {
        return taken.nextClearBit(0) < slices;
    }

    /**
     * Takes a slice and maps its first pages.
     *
     * @throws OutOfFramesException when there are no frames for them; then nothing is taken
     * @throws KernelPanic when no slice is left
     */
    public int allocate() {
        int slice = taken.nextClearBit(0);
        if (slice >= slices) {
            throw new KernelPanic("no slice of the kernel-stack region is left");
        }
        try {
            for (int page = 1; page <= FIRST_PAGES; page++) {
                map(top(slice) - page * PAGE);
            }
        } catch (OutOfFramesException e) {
            unmap(slice);
            throw e;
        }
        if (core.defects().strikes(Defect.NO_STACK_GUARD)) {
            map(top(slice) - sliceBytes);
        }
        taken.set(slice);
        return slice;
    }

    private void map(int linear) {
        int frame = core.frames().allocate(KERNEL_STACK);
        try {
            memory.map(linear, frame, memory.kernelPage());
        } catch (OutOfFramesException e) {
            core.frames().free(frame, KERNEL_STACK);
            throw e;
        }
    }

    /**
     * Makes sure that a stack can grow by so many bytes.
     *
     * @param sp the stack pointer
     * @return false when the slice is too small, or no frame is left
     */
    public boolean reserve(int slice, int sp, int bytes) {
        int lowest = top(slice) - sliceBytes + PAGE;
        if (sp - lowest < bytes) {
            return false;
        }
        int page = sp - 1 & -PAGE;
        int last = sp - bytes & -PAGE;
        try {
            for (; page - last >= 0; page -= PAGE) {
                if (memory.entry(page) == 0) {
                    map(page);
                }
            }
        } catch (OutOfFramesException e) {
            return false;
        }
        return true;
    }

    /** Gives a slice back with all its pages; no processor may stand on it. */
    public void release(int slice) {
        unmap(slice);
        taken.clear(slice);
    }

    private void unmap(int slice) {
        for (int linear = top(slice) - PAGE; linear != top(slice) - sliceBytes - PAGE; linear -= PAGE) {
            PendingInvalidation removed = memory.unmap(linear);
            if (removed != null) {
                int frame = removed.frame();
                removed.invalidate();
                core.frames().free(frame, KERNEL_STACK);
            }
        }
    }
}

package org.pagetrail.recorder.kernel.process;

import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.Region;

/**
 * The part of the plan that is about processes. Addresses are unsigned, ends exclusive.
 *
 * @param temporarySlot the page through which what is not loaded is reached
 * @param kernelHeapEnd where the kernel's heap ends
 * @param stackSlice bytes of a kernel stack's slice
 * @param stackSlices how many slices the region has
 * @param imageFirst the first address of a program's image
 * @param heapEnd where a program's heap ends
 * @param librariesFirst the first address of shared libraries
 * @param librariesEnd where they end
 * @param stackFirst the lowest address that a program's stack can come to: above a guard page
 * @param stackEnd where it begins
 * @param globalPages whether the plan has kernel pages global
 */
public record ProcessLayout(
        int temporarySlot,
        int kernelHeapEnd,
        int stackSlice,
        int stackSlices,
        long imageFirst,
        long heapEnd,
        long librariesFirst,
        long librariesEnd,
        long stackFirst,
        long stackEnd,
        boolean globalPages) {
    /** What a plan says. */
    public static ProcessLayout of(Plan plan) {
        Region kernelStack = plan.region("kernel-stack");
        Region kernelHeap = plan.region("kernel-heap");
        Region libraries = plan.region("shared-libraries");
        Region stack = plan.region("user-stack");
        int slot = (int) plan.temporarySlot();
        return new ProcessLayout(
                slot,
                kernelHeap.contains(plan.temporarySlot()) ? slot : (int) (kernelHeap.last() + 1),
                (int) kernelStack.slice(),
                (int) (kernelStack.size() / kernelStack.slice()),
                plan.region("user-image").first(),
                plan.region("user-heap").last() + 1,
                libraries.first(),
                libraries.last() + 1,
                stack.first() + LinearAddress.PAGE_BYTES,
                stack.last() + 1,
                plan.globalKernelPages());
    }
}

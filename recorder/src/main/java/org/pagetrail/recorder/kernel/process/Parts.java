package org.pagetrail.recorder.kernel.process;

import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.heap.KernelHeap;
import org.pagetrail.recorder.kernel.heap.KernelStacks;
import org.pagetrail.recorder.kernel.pmm.FrameReferences;
import org.pagetrail.recorder.kernel.vmm.VirtualMemory;

/** What the parts of the process side work with. */
record Parts(
        KernelCore core,
        ProcessLayout layout,
        VirtualMemory memory,
        KernelHeap heap,
        KernelStacks stacks,
        FrameReferences references) {}

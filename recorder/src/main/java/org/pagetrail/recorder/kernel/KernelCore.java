package org.pagetrail.recorder.kernel;

import org.pagetrail.recorder.kernel.pmm.FrameAllocator;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.traces.event.TraceEvents;

/**
 * What every part of the kernel works with.
 *
 * @param machine the processor
 * @param events who is told what the machine does not see by itself
 * @param symbols the names in events
 * @param code the running of the kernel's instructions
 * @param routines where its routines stand
 * @param layout the plan in the kernel's words
 * @param frames the physical memory manager
 * @param defects what the kernel is to do wrong
 */
public record KernelCore(
        Machine machine,
        TraceEvents events,
        Symbols symbols,
        Code code,
        Routines routines,
        KernelLayout layout,
        FrameAllocator frames,
        Defects defects) {}

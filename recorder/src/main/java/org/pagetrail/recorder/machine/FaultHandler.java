package org.pagetrail.recorder.machine;

/** The kernel's answer to a page fault, run after the processor has delivered it and before it returns from it. */
@FunctionalInterface
public interface FaultHandler {
    /**
     * Answers one fault.
     *
     * @param linear the faulting linear address, CR2
     * @param errorCode as pushed on the stack
     */
    void pageFault(int linear, int errorCode);
}

package org.pagetrail.analyzer.rule.fault;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.OpenFault;
import org.pagetrail.analyzer.rule.Processes;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Scene;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.plan.Region;

/** FLT002: the kernel's own memory is there. */
public final class KernelDoesNotFault extends Rule {
    private static final String EXPECTED =
            "no page fault in kernel mode but for a lazy kernel table or a copy from or to user memory";

    /** For one trace. */
    public KernelDoesNotFault() {
        super(
                new Invariant(
                        "FLT002",
                        Severity.ERROR,
                        "Kernel mode has no page fault, but for a kernel table that comes lazily, and in copies from and to the memory of a"
                                + " process.",
                        "The kernel uses an address that is not mapped, or not as it takes it to be; nobody is there to put that right.",
                        "plan: kernel-tables; copies from and to user memory",
                        "always; a copy is known by its address, below kernel space while a process's address space is loaded"));
    }

    @Override
    protected void pageFaulted(OpenFault fault, long ip, long sp) {
        if (!KernelFaults.mayBe(scene(), fault)) {
            violated()
                    .at(fault.linear())
                    .in(fault.directory())
                    .report(EXPECTED, String.format(Locale.ROOT, "a fault with ip 0x%08x", ip));
        }
    }

    @Override
    protected void pageFaultResolved(OpenFault fault, long linear, FaultResolution how) {
        if (fault == null || fault.privilege() != 0) {
            return;
        }
        boolean right = scene().kernel(linear)
                ? how == FaultResolution.LAZY_TABLE
                : how != FaultResolution.LAZY_TABLE && (how != FaultResolution.KILLED || belongs(fault));
        // What could not be right was reported when it happened.
        if (!right && KernelFaults.mayBe(scene(), fault)) {
            violated()
                    .at(linear)
                    .in(fault.directory())
                    .because(Scene.event(fault.ordinal(), EventId.PAGE_FAULTED))
                    .report(
                            EXPECTED,
                            "a fault answered by "
                                    + how.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    /** Whether the process has memory there, which the kernel could not give it. */
    private boolean belongs(OpenFault fault) {
        Processes.UserProcess process = scene().processes().of(fault.directory());
        Region region = scene().plan().regionAt(fault.linear());
        return process != null
                && (process.rights(fault.linear(), 1) != 0
                        || region != null && region.id().equals("user-stack"));
    }
}

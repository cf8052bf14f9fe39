package org.pagetrail.analyzer.rule.layout;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Mapping;
import org.pagetrail.analyzer.rule.OpenFault;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.plan.Region;

/** LAY008: the kernel's stack is where the plan has it, with a guard below. */
public final class KernelStack extends Rule {
    private static final String ID = "kernel-stack";
    private static final String EXPECTED =
            "the kernel's stack pointer in a slice of the stack region, above its guard page";

    private Region region;

    /** For one trace. */
    public KernelStack() {
        super(new Invariant(
                "LAY008",
                Severity.ERROR,
                "The kernel's stack pointer and all that it pushes lie in a slice of the stack region, and guard pages are absent.",
                "A stack elsewhere, as the boot's, is overwritten by whoever owns that memory; without a guard an overflow runs into the"
                        + " next slice unnoticed.",
                "plan: S6, region kernel-stack",
                "from the end of the plan's last step"));
    }

    private Region region() {
        if (region == null) {
            region = scene().plan().regions().stream()
                    .filter(one -> one.id().equals(ID) && one.fixed())
                    .findFirst()
                    .orElse(null);
        }
        return region;
    }

    private long page() {
        return 1L << scene().mode().shift(1);
    }

    /** Whether the address lies in the lowest page of a slice, or of the region where it has no slices. */
    private boolean guard(long linear) {
        if (!region().contains(linear)) {
            return false;
        }
        if (region().slice() == 0) {
            return region().guard() != Region.OPEN && linear - region().guard() < page() && linear >= region().guard();
        }
        long fromTop = region().last() + 1 - (linear & -page());
        return fromTop % region().slice() == 0;
    }

    private void pointer(long linear, String what) {
        if (region() == null) {
            return;
        }
        String found = !region().contains(linear) ? "outside of the region" : guard(linear) ? "in a guard page" : null;
        if (found != null) {
            violated().at(linear & -page(), page()).report(EXPECTED, what + " " + found);
        }
    }

    @Override
    protected void booted() {
        scene().state()
                .stackPage()
                .ifPresent(stack -> pointer(stack << scene().mode().shift(1), "the stack pointer"));
        if (region() == null || region().slice() == 0) {
            return;
        }
        long directory = scene().state().loadedDirectory().orElse(Violation.NONE);
        for (long guard = region().first(); guard < region().last(); guard += region().slice()) {
            Mapping mapping = scene().mapping(directory, guard);
            if (mapping != null) {
                mapped(guard, directory, scene().lastChange(directory, guard));
            }
        }
    }

    @Override
    protected void stackMoved(long page) {
        if (scene().booted() && scene().state().mode() == Mode.SUPERVISOR) {
            pointer(page << scene().mode().shift(1), "the stack pointer");
        }
    }

    @Override
    protected void pageFaulted(OpenFault fault, long ip, long sp) {
        if (scene().booted() && fault.privilege() == 0) {
            pointer(sp - 1, "the stack pointer of a fault");
        }
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (scene().booted() && region() != null && page.level() == 1 && guard(page.linear())) {
            mapped(page.linear(), page.directory(), scene().lastChange(page));
        }
    }

    private void mapped(long linear, long directory, Violation.Cause cause) {
        violated()
                .at(linear, page())
                .in(directory)
                .because(cause)
                .report("the guard page of a stack is absent", String.format(Locale.ROOT, "it is mapped"));
    }
}

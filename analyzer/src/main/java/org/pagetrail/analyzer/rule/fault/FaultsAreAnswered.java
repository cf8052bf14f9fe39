package org.pagetrail.analyzer.rule.fault;

import java.util.Arrays;
import java.util.Locale;
import org.pagetrail.analyzer.rule.Faults;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.OpenFault;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Scene;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FaultResolution;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.PageFaultCode;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceClosing;

/**
 * FLT001: a fault is over when its handler says so.
 *
 * <p>The answers are remembered by page and address space in a table of a fixed size, in which a later one takes the place of
 * another with the same hash: two faults that follow each other closely are always compared.
 */
public final class FaultsAreAnswered extends Rule {
    private static final int REMEMBERED = 1 << 12;

    /** 2^64 divided by the golden ratio. */
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    private static final String ANSWERED =
            "each page fault resolved, or its process ended, before user mode is returned to";

    private final long[] pages = new long[REMEMBERED];
    private final long[] directories = new long[REMEMBERED];
    private final long[] ordinals = new long[REMEMBERED];

    /** For one trace. */
    public FaultsAreAnswered() {
        super(new Invariant(
                "FLT001",
                Severity.ERROR,
                "Every page fault is resolved or ends its process, and none comes again at the same page of the same address space"
                        + " without a change on the way to it, but for spurious faults, which are of pages that are there, and copies that"
                        + " ended with an error.",
                "A fault that is answered without anything done comes back at once, and forever.",
                "page-fault handler; SDM volume 3A, 6.15, interrupt 14",
                "answers: of processes; changes: always"));
        Arrays.fill(directories, Violation.NONE);
    }

    private int index(long page, long directory) {
        long spread = (page * 31 + directory) * SPREAD;
        return (int) (spread >>> 40) & REMEMBERED - 1;
    }

    private long page(long linear) {
        return linear >>> scene().mode().shift(1);
    }

    @Override
    protected void pageFaulted(OpenFault fault, long ip, long sp) {
        long page = page(fault.linear());
        int at = index(page, fault.directory());
        if (pages[at] != page || directories[at] != fault.directory()) {
            return;
        }
        Violation.Cause change = scene().lastChange(fault.directory(), fault.linear());
        if (change == null || change.ordinal() < ordinals[at]) {
            violated()
                    .at(page << scene().mode().shift(1), 1L << scene().mode().shift(1))
                    .in(fault.directory())
                    .because(Scene.event(ordinals[at], EventId.PAGE_FAULTED))
                    .report("a change on the way to the page since the last fault there, which was resolved", "none");
        }
    }

    @Override
    protected void pageFaultResolved(OpenFault fault, long linear, FaultResolution how) {
        if (fault == null) {
            return;
        }
        Faults faults = scene().faults();
        for (int i = faults.size() - 1; how != FaultResolution.KILLED && faults.get(i) != fault; i--) {
            unanswered(faults.get(i), "the fault whose handler it interrupted was answered first");
        }
        // A TLB holds no absent translation: a fault for want of one is never spurious, whatever its handler says.
        boolean spurious = how == FaultResolution.SPURIOUS && (fault.code() & PageFaultCode.PRESENT) != 0;
        if (how != FaultResolution.KILLED && how != FaultResolution.FIXUP && !spurious) {
            long page = page(linear);
            int at = index(page, fault.directory());
            pages[at] = page;
            directories[at] = fault.directory();
            ordinals[at] = fault.ordinal();
        }
    }

    @Override
    protected void spaceRetiring(long directory, long pid) {
        for (int at = 0; at < REMEMBERED; at++) {
            if (directories[at] == directory) {
                directories[at] = Violation.NONE;
            }
        }
    }

    @Override
    protected void modeSwitched(Mode to) {
        Faults faults = scene().faults();
        if (to != Mode.USER || faults.size() == 0) {
            return;
        }
        long loaded = scene().loadedDirectory();
        boolean any = false;
        for (int i = 0; i < faults.size(); i++) {
            if (faults.get(i).directory() == loaded) {
                any = true;
                unanswered(faults.get(i), "user mode is returned to");
            }
        }
        if (any) {
            faults.drop(loaded);
        }
    }

    @Override
    protected void traceEnded(TraceClosing closing) {
        StopReason stopped = scene().state().stopped();
        if (stopped != StopReason.HALT && stopped != null) {
            return;
        }
        for (int i = 0; i < scene().faults().size(); i++) {
            unanswered(scene().faults().get(i), "the trace ends");
        }
    }

    private void unanswered(OpenFault fault, String found) {
        // Only a kernel that tells of processes tells of its answers; a fault that it must not have is FLT002's.
        if (scene().processes().of(fault.directory()) != null && KernelFaults.mayBe(scene(), fault)) {
            violated()
                    .at(fault.linear())
                    .in(fault.directory())
                    .because(Scene.event(fault.ordinal(), EventId.PAGE_FAULTED))
                    .report(
                            ANSWERED,
                            String.format(Locale.ROOT, "not the one with code 0x%x, and %s", fault.code(), found));
        }
    }
}

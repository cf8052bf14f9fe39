package org.pagetrail.analyzer.rule.frame;

import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Severity;

/** FRM003: what is locked is never given out. */
public final class LockedFramesStayLocked extends FrameRunRule {
    /** For one trace. */
    public LockedFramesStayLocked() {
        super(new Invariant(
                "FRM003",
                Severity.ERROR,
                "No locked frame is ever allocated: not the kernel's, a module's, the boot information's or low memory's.",
                "Whoever gets it overwrites the kernel, or a module that is still to be read.",
                "plan: locks of S2 and S3",
                "always"));
    }

    @Override
    protected void framesAllocating(long first, long count, String use) {
        runs(first, count, frame -> scene().state().isLocked(frame), (run, frames) -> violated()
                .report(
                        "frames that are not locked",
                        frames(run, frames) + " locked for " + scene().state().frameUse(run)));
    }

    @Override
    protected void framesLocking(long first, long count, String use) {
        runs(first, count, frame -> scene().state().isAllocated(frame), (run, frames) -> violated()
                .report(
                        "frames that nobody was given",
                        frames(run, frames) + " allocated as " + scene().state().frameUse(run) + ", and now locked"));
    }
}

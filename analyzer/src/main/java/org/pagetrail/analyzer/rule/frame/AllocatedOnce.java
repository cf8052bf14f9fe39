package org.pagetrail.analyzer.rule.frame;

import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Severity;

/** FRM004: allocations and frees alternate. */
public final class AllocatedOnce extends FrameRunRule {
    /** For one trace. */
    public AllocatedOnce() {
        super(new Invariant(
                "FRM004",
                Severity.ERROR,
                "No frame is allocated while it is allocated, and none is freed that is not.",
                "A frame given out twice has two owners; one freed twice is given out twice.",
                "physical memory manager",
                "always"));
    }

    @Override
    protected void framesAllocating(long first, long count, String use) {
        runs(first, count, frame -> scene().state().isAllocated(frame), (run, frames) -> violated()
                .report(
                        "free frames",
                        frames(run, frames) + " allocated already, as "
                                + scene().state().frameUse(run)));
    }

    @Override
    protected void framesFreeing(long first, long count) {
        runs(first, count, frame -> !scene().state().isAllocated(frame), (run, frames) -> violated()
                .report("allocated frames", frames(run, frames) + " not allocated, and now freed"));
    }
}

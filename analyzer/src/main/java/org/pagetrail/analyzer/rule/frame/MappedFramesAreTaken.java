package org.pagetrail.analyzer.rule.frame;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;

/** FRM002: what is mapped belongs to somebody. */
public final class MappedFramesAreTaken extends Rule {
    /** For one trace. */
    public MappedFramesAreTaken() {
        super(new Invariant(
                "FRM002",
                Severity.ERROR,
                "A page maps only a frame that is allocated or locked, or device memory that the plan names.",
                "A free frame is given out later, to another owner; a frame that is no memory reads as nothing and loses what is"
                        + " written.",
                "plan: devices",
                "from the switch; an identity map that the plan keeps is left out"));
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (page.derived() || !scene().judged(page) || scene().keptIdentity(page)) {
            return;
        }
        if (!page.user() && scene().identity(page.linear(), page.frame())) {
            // What is left of the boot's identity map is LAY006's.
            return;
        }
        int shift = scene().mode().shift(1);
        long frames = page.bytes() >>> shift;
        for (long i = 0; i < frames; i++) {
            long frame = page.frame() + i;
            if (!scene().state().isAllocated(frame) && !scene().state().isLocked(frame) && !scene().device(frame)) {
                violated()
                        .at(page)
                        .at(page.linear() + (i << shift), 1L << shift)
                        .report(
                                "an allocated or locked frame, or a device",
                                String.format(Locale.ROOT, "frame 0x%08x, which is neither", frame << shift));
            }
        }
    }
}

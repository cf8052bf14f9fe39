package org.pagetrail.analyzer.rule.frame;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;

/** FRM008: a program finds nobody's leavings. */
public final class UserPagesAreFilled extends Rule {
    /** For one trace. */
    public UserPagesAreFilled() {
        super(new Invariant(
                "FRM008",
                Severity.ERROR,
                "A frame that user mode can reach was cleared or copied into since it was allocated.",
                "What its last owner left there, another program's or the kernel's own data, is there for this one to read.",
                "virtual memory manager",
                "always, of allocated frames of small pages"));
    }

    @Override
    protected void pageChanged(PageFact page) {
        // What user mode reaches of kernel space it must not reach at all: PRT001.
        if (!page.user() || scene().kernel(page.linear()) || page.level() > 1 || scene().filled(page.frame())) {
            return;
        }
        // A frame that nobody was given is FRM002's.
        if (scene().state().isAllocated(page.frame())) {
            violated()
                    .at(page)
                    .report(
                            "a frame that was cleared or copied into since it was allocated",
                            String.format(
                                    Locale.ROOT,
                                    "frame 0x%08x as it was allocated",
                                    page.frame() << scene().mode().shift(1)));
        }
    }
}

package org.pagetrail.analyzer.rule.layout;

import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;

/** LAY004: kernel space is made of the smallest pages. */
public final class NoLargeKernelPages extends Rule {
    /** For one trace. */
    public NoLargeKernelPages() {
        super(new Invariant(
                "LAY004",
                Severity.ERROR,
                "Kernel space has no 4 MB page.",
                "The remap gives each frame an entry of its own, with its segment's rights; a large page left from the boot hides it, and"
                        + " is no table for the window to show.",
                "plan: S5, higher half of 4 KB pages",
                "from the switch"));
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (page.level() > 1 && scene().judged(page) && scene().kernel(page.linear())) {
            violated().at(page).report("pages of 4 KB", "a page of " + (page.bytes() >> 20) + " MB");
        }
    }
}

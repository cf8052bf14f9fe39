package org.pagetrail.analyzer.rule.protection;

import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;

/** PRT001: user mode does not reach kernel space. */
public final class KernelFromUserMode extends Rule {
    /** For one trace. */
    public KernelFromUserMode() {
        super(new Invariant(
                "PRT001",
                Severity.ERROR,
                "No page of kernel space is reachable from user mode.",
                "A program that reads kernel memory has its secrets, one that writes it has the machine.",
                "plan: kernel space; SDM volume 3A, 4.6.1",
                "always"));
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (page.user() && scene().kernel(page.linear() + page.bytes() - 1)) {
            violated().at(page).report("supervisor on the way to a page of kernel space", "user on all levels");
        }
    }
}

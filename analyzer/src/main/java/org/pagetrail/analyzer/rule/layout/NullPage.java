package org.pagetrail.analyzer.rule.layout;

import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;

/** LAY010: a null pointer leads nowhere. */
public final class NullPage extends Rule {
    /** For one trace. */
    public NullPage() {
        super(new Invariant(
                "LAY010",
                Severity.ERROR,
                "Page 0 is not mapped.",
                "A null pointer must fault, in the kernel and in programs; where page 0 is mapped it reads and writes what lies there.",
                "plan: unassigned below the user image",
                "from the switch, unless the plan keeps the identity map"));
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (page.linear() == 0 && scene().judged(page) && !scene().plan().identityKept()) {
            violated().at(page).report("page 0 is absent", page.user() ? "mapped for user mode" : "mapped");
        }
    }
}

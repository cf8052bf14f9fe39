package org.pagetrail.analyzer.rule.tlb;

import org.pagetrail.analyzer.rule.FillFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.traces.event.TlbFills;

/** TLB003: only what is the same in all address spaces outlives a change of address space. */
public final class OnlyKernelPagesAreGlobal extends Rule {
    private static final String EXPECTED = "only kernel pages are global, and none of the window";

    /** For one trace. */
    public OnlyKernelPagesAreGlobal() {
        super(new Invariant(
                "TLB003",
                Severity.ERROR,
                "Only kernel pages are global, and no page of the recursive window is.",
                "The window and user pages differ in each address space: a global translation of theirs serves the next one with the"
                        + " last one's memory.",
                "plan: global pages; SDM volume 3A, 4.10.2.4",
                "while CR4.PGE is set"));
    }

    private boolean window(long linear) {
        int top = scene().mode().levels();
        return scene().mode().slot(linear, top) == scene().plan().recursiveSlot();
    }

    @Override
    protected void pageChanged(PageFact page) {
        boolean inForce = scene().mode().globalPagesEnabled(scene().cr4());
        if (inForce && !page.derived() && scene().mode().global(page.entry()) && mayNotBe(page.linear())) {
            violated()
                    .at(page)
                    .report(
                            EXPECTED,
                            scene().kernel(page.linear()) ? "a global page of the window" : "a global user page");
        }
    }

    @Override
    protected int firstToTell(TlbFills fills, int from, int to) {
        long[] words = fills.words();
        for (int i = from; i < to; i++) {
            int at = i * TlbFills.WORDS;
            if (TlbFills.global(words[at + TlbFills.SHAPE]) != 0 && mayNotBe(linear(words[at + TlbFills.PAGE]))) {
                return i;
            }
        }
        return to;
    }

    private long linear(long page) {
        return page << scene().mode().shift(1);
    }

    private boolean mayNotBe(long linear) {
        return !scene().kernel(linear) || window(linear);
    }

    @Override
    protected void filled(FillFact fill) {
        long linear = linear(fill.page());
        if (fill.global() && mayNotBe(linear)) {
            long directory = scene().state().loadedDirectory().orElse(-1);
            violated()
                    .at(linear, 1L << scene().mode().shift(1))
                    .in(directory)
                    .because(scene().lastChange(directory, linear))
                    .report(EXPECTED, window(linear) ? "a global page of the window" : "a global user page");
        }
    }
}

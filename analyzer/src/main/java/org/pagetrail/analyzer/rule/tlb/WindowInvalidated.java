package org.pagetrail.analyzer.rule.tlb;

import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.FillFact;
import org.pagetrail.analyzer.rule.Invalidations;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Structures;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.paging.PagingMode;

/** TLB005: the window shows the table that is linked. */
public final class WindowInvalidated extends Rule {
    /** For one trace. */
    public WindowInvalidated() {
        super(new Invariant(
                "TLB005",
                Severity.ERROR,
                "After a table is unlinked or replaced, its page of the window is invalidated before the window is used there.",
                "The same word is an entry of the directory and of the window: through the old translation the kernel edits a table that"
                        + " is no longer one.",
                "plan: recursive slot; SDM volume 3A, 4.10.4.2",
                "while the directory shows itself"));
    }

    @Override
    protected int firstToTell(TlbFills fills, int from, int to) {
        return scene().invalidations().isEmpty() ? to : from;
    }

    @Override
    protected void filled(FillFact fill) {
        used(fill.page());
    }

    @Override
    protected void changedEntryUsed(Tlb tlb, int set, int way, long linear, int kind, int privilege) {
        if (tlb != Tlb.WALK_CACHE) {
            used(linear >>> scene().mode().shift(1));
        }
    }

    @Override
    protected void entryChanged(EntryFact entry) {
        if (entry.cause() != EntryCause.STORE || scene().invalidations().isEmpty() || entry.level() != 1) {
            return;
        }
        PagingMode mode = scene().mode();
        long window = mode.offset(scene().plan().recursiveSlot(), mode.levels());
        for (Structures.Placement place : scene().structures().placements(entry.table())) {
            if (!place.derived() && place.level() == 1) {
                long slot = mode.slot(place.base(), mode.levels());
                used((window >>> mode.shift(1)) + slot);
            }
        }
    }

    private void used(long page) {
        if (scene().invalidations().isEmpty()) {
            return;
        }
        Invalidations.Pending pending = scene().invalidations().window(page);
        if (pending != null) {
            violated()
                    .at(pending.linear(), pending.bytes())
                    .in(pending.directory())
                    .because(pending.cause())
                    .missing(pending.missing(scene().mode().shift(1)))
                    .report("the window's page invalidated before it is used", "it is used, and was not invalidated");
            scene().invalidations().forget(pending);
        }
    }
}

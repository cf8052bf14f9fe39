package org.pagetrail.analyzer.rule.order;

import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/** ORD004: CR4 says what entries mean before they are used. */
public final class ControlBitsInTime extends Rule {
    /** For one trace. */
    public ControlBitsInTime() {
        super(new Invariant(
                "ORD004",
                Severity.ERROR,
                "CR4.PSE is set before CR0.PG where the directory has 4 MB pages, and CR4.PGE only after the switch.",
                "Without PSE a 4 MB page is walked as a table of whatever lies in its frame; global pages of the boot would outlive the"
                        + " switch.",
                "plan: boot order; SDM volume 3A, 4.3 and 4.10.2.4",
                "always"));
    }

    @Override
    protected void controlWritten(ControlRegister register, long was, long now, long ip, long sp) {
        PagingMode mode = scene().mode();
        if (register == ControlRegister.CR0 && !mode.pagingEnabled(was) && mode.pagingEnabled(now)) {
            sizes();
        }
        boolean global =
                register == ControlRegister.CR4 && !mode.globalPagesEnabled(was) && mode.globalPagesEnabled(now);
        if (global && !scene().switched()) {
            violated().report("CR4.PGE set after the switch", "it is set before");
        }
    }

    private void sizes() {
        PagingMode mode = scene().mode();
        int top = mode.levels();
        long directory = scene().state().loadedDirectory().orElseThrow();
        scene().state().words(directory, (slot, word) -> {
            boolean meant = mode.kind(word, top, mode.kindBits()) == EntryKind.LEAF;
            if (meant && mode.kind(word, top, scene().cr4()) != EntryKind.LEAF) {
                violated()
                        .at(mode.offset(slot, top), 1L << mode.shift(top))
                        .in(directory)
                        .report("CR4.PSE set before CR0.PG", "it is clear, and an entry of the directory has PS");
            }
        });
    }
}

package org.pagetrail.analyzer.rule.tlb;

import java.util.Locale;
import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invalidations;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Mapping;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.paging.EntryKind;

/** TLB002: what is taken away is invalidated before anyone relies on its being gone. */
public final class InvalidatedBeforeReliance extends Rule {
    /** For one trace. */
    public InvalidatedBeforeReliance() {
        super(new Invariant(
                "TLB002",
                Severity.ERROR,
                "A translation that was removed or tightened is invalidated before user mode is returned to, and before its frame or its"
                        + " table's frame is freed or used for something else.",
                "The processor may use it until then, whether or not it happened to in this recording.",
                "SDM volume 3A, 4.10.4.2 and 4.10.4.3",
                "where A was set and the address space can have cached it since"));
    }

    @Override
    protected void modeSwitched(Mode to) {
        if (to == Mode.USER && !scene().invalidations().isEmpty()) {
            for (Invalidations.Pending pending : scene().invalidations().all()) {
                if (!pending.window()) {
                    report(pending, "before user mode is returned to", "it is not, and user mode is returned to");
                }
            }
        }
    }

    @Override
    protected void framesFreeing(long first, long count) {
        relied(first, count, "freed");
    }

    @Override
    protected void framesAllocating(long first, long count, String use) {
        relied(first, count, "allocated again");
    }

    @Override
    protected void entryChanged(EntryFact entry) {
        if (scene().invalidations().isEmpty()
                || entry.cause() != EntryCause.STORE
                || entry.kindNow() == EntryKind.ABSENT
                || entry.frameNow() == entry.frameWas()) {
            return;
        }
        boolean table = entry.kindNow() == EntryKind.TABLE;
        long frames = table
                ? 1
                : 1L << scene().mode().shift(entry.level()) - scene().mode().shift(1);
        scene().invalidations().leadingTo(entry.frameNow(), frames, (pending, frame) -> {
            boolean same = pending.table() == entry.table() && pending.slot() == entry.slot();
            if (!same && !onlyTightened(pending, frame)) {
                reused(pending, frame, table ? "used as a table" : "mapped elsewhere");
            }
        });
    }

    /** Whether the page is still mapped to the frame, which then is shared, and not another's by now. */
    private boolean onlyTightened(Invalidations.Pending pending, long frame) {
        Mapping now = pending.bytes() > 1L << scene().mode().shift(1)
                ? null
                : scene().mapping(pending.directory(), pending.linear());
        return now != null && now.frame() == frame;
    }

    private void relied(long first, long count, String how) {
        scene().invalidations().leadingTo(first, count, (pending, frame) -> reused(pending, frame, how));
    }

    private void reused(Invalidations.Pending pending, long frame, String how) {
        report(
                pending,
                "before its frame is used for something else",
                String.format(
                        Locale.ROOT,
                        "it is not, and frame 0x%08x is %s",
                        frame << scene().mode().shift(1),
                        how));
    }

    private void report(Invalidations.Pending pending, String before, String found) {
        violated()
                .at(pending.linear(), pending.bytes())
                .in(pending.directory())
                .because(pending.cause())
                .missing(pending.missing(scene().mode().shift(1)))
                .report("invalidated " + before, found);
        scene().invalidations().forget(pending);
    }
}

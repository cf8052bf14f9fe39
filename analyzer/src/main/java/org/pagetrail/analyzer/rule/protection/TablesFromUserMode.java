package org.pagetrail.analyzer.rule.protection;

import java.util.Locale;
import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/** PRT002: user mode does not reach paging structures. */
public final class TablesFromUserMode extends Rule {
    /** For one trace. */
    public TablesFromUserMode() {
        super(new Invariant(
                "PRT002",
                Severity.ERROR,
                "No frame of a page table or directory is mapped for user mode, at any address of any address space.",
                "A program that writes its own page table maps whatever memory it likes.",
                "SDM volume 3A, 4.6",
                "always"));
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (!page.user()) {
            return;
        }
        long frames = page.bytes() >>> scene().mode().shift(1);
        if (frames == 1) {
            if (scene().state().isLive(page.frame())) {
                report(page.frame(), page.linear(), page.directory(), scene().lastChange(page));
            }
            return;
        }
        for (long live : scene().state().liveFrames()) {
            if (live >= page.frame() && live < page.frame() + frames) {
                long at = page.linear() + (live - page.frame() << scene().mode().shift(1));
                report(live, at, page.directory(), scene().lastChange(page));
            }
        }
    }

    @Override
    protected void entryChanged(EntryFact entry) {
        if (entry.kindNow() == EntryKind.TABLE) {
            becameStructure(entry.frameNow());
        }
    }

    @Override
    protected void directoryLoaded(long directory) {
        becameStructure(directory);
    }

    @Override
    protected void spaceCreating(long directory) {
        becameStructure(directory);
    }

    private void becameStructure(long frame) {
        PagingMode mode = scene().mode();
        scene().owners().of(frame, (placement, slot, word) -> {
            boolean user = mode.user(word) && (placement.rights() & Rights.USER) != 0;
            if (user) {
                long within = frame - mode.frame(word, placement.level(), scene().cr4()) << mode.shift(1);
                long linear = placement.base() + mode.offset(slot, placement.level()) + within;
                report(frame, linear, placement.root(), scene().event());
            }
        });
    }

    private void report(long frame, long linear, long directory, Violation.Cause cause) {
        long bytes = 1L << scene().mode().shift(1);
        violated()
                .at(linear, bytes)
                .in(directory)
                .because(cause)
                .report(
                        "no user page maps a paging structure",
                        String.format(
                                Locale.ROOT,
                                "it maps frame 0x%08x, a paging structure",
                                frame << scene().mode().shift(1)));
    }
}

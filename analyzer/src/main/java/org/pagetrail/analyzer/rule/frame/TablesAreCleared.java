package org.pagetrail.analyzer.rule.frame;

import java.util.Locale;
import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.paging.EntryKind;

/** FRM009: a new table maps nothing by accident. */
public final class TablesAreCleared extends Rule {
    /** For one trace. */
    public TablesAreCleared() {
        super(new Invariant(
                "FRM009",
                Severity.ERROR,
                "A frame is cleared, or copied into, between its allocation and its first use as a table or directory.",
                "What its last owner left there is read as entries: mappings of frames that belong to others.",
                "virtual memory manager",
                "always"));
    }

    @Override
    protected void entryChanging(EntryFact entry) {
        boolean linked = entry.kindNow() == EntryKind.TABLE && entry.frameNow() != entry.frameWas();
        if (linked && entry.cause() == EntryCause.STORE) {
            begins(
                    entry.frameNow(),
                    entry.directory(),
                    entry.linear(),
                    1L << scene().mode().shift(entry.level()));
        }
    }

    @Override
    protected void spaceCreating(long directory) {
        begins(directory, Violation.NONE, Violation.NONE, 0);
    }

    private void begins(long frame, long directory, long linear, long bytes) {
        if (!scene().filled(frame) && !scene().state().isLive(frame)) {
            violated()
                    .at(linear, bytes)
                    .in(directory)
                    .report(
                            "a cleared frame",
                            String.format(
                                    Locale.ROOT,
                                    "frame 0x%08x, not cleared since it was taken",
                                    frame << scene().mode().shift(1)));
        }
    }
}

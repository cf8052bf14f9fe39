package org.pagetrail.analyzer.rule.entry;

import java.util.List;
import java.util.Locale;
import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Structures;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/** ENT002: a table serves one place, and below kernel space one address space. */
public final class TableLinkedOnce extends Rule {
    /** For one trace. */
    public TableLinkedOnce() {
        super(new Invariant(
                "ENT002",
                Severity.ERROR,
                "A table is linked once in a directory, and below kernel space in one directory only.",
                "A table seen at two places maps its pages twice: a page mapped at one address appears at another, or in a stranger's"
                        + " address space.",
                "plan: kernel tables are shared, user tables are not",
                "always"));
    }

    @Override
    protected void entryChanged(EntryFact entry) {
        if (entry.kindNow() != EntryKind.TABLE || entry.frameNow() == entry.frameWas()) {
            return;
        }
        PagingMode mode = scene().mode();
        long table = entry.frameNow();
        long here = mode.offset(entry.slot(), entry.level());
        List<Structures.Placement> places = scene().structures().placements(table);
        for (Structures.Placement place : places) {
            if (place.level() != entry.level() - 1) {
                continue;
            }
            boolean same = place.base() == here;
            if (!same && place.in(entry.table())) {
                report(entry, place.base(), "linked once in a directory", "in this directory");
            } else if (same && !scene().kernel(here) && place.inOtherThan(entry.table())) {
                report(entry, place.base(), "linked in one directory only", "in another directory");
            } else if (!same && !scene().kernel(here) && !scene().kernel(place.base())) {
                report(entry, place.base(), "linked in one directory only", "in another directory");
            }
        }
    }

    private void report(EntryFact entry, long base, String expected, String where) {
        violated()
                .at(entry.linear(), 1L << scene().mode().shift(entry.level()))
                .in(entry.table())
                .report(
                        "a table " + expected,
                        String.format(
                                Locale.ROOT,
                                "the table in frame 0x%08x is linked for 0x%08x as well, %s",
                                entry.frameNow() << scene().mode().shift(1),
                                base,
                                where));
    }
}

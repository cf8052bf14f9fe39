package org.pagetrail.analyzer.rule.entry;

import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.traces.paging.EntryKind;

/** ENT003: between two page sizes there is nothing. */
public final class SizeChangesThroughAbsent extends Rule {
    /** For one trace. */
    public SizeChangesThroughAbsent() {
        super(new Invariant(
                "ENT003",
                Severity.WARNING,
                "Where a translation may be cached, an entry goes from a large page to a table, or back, only through absent and an"
                        + " invalidation of what it mapped.",
                "Otherwise translations of both sizes can be cached at once, and the processor may use either.",
                "SDM volume 3A, 4.10.2.3 and 4.10.4.2",
                "always"));
    }

    @Override
    protected void entryChanging(EntryFact entry) {
        if (entry.level() == 1) {
            return;
        }
        boolean at = entry.kindWas() != entry.kindNow()
                && entry.kindWas() != EntryKind.ABSENT
                && entry.kindNow() != EntryKind.ABSENT;
        if (at && scene().mode().accessed(entry.was()) && scene().structures().loaded(entry.table())) {
            report(entry, "changed in one step");
        } else if (entry.kindWas() == EntryKind.ABSENT) {
            EntryKind before = scene().invalidations().kindOf(entry.table(), entry.slot());
            if (before != null && before != entry.kindNow()) {
                report(entry, "a new entry before the old one's translations were invalidated");
            }
        }
    }

    private void report(EntryFact entry, String found) {
        violated()
                .at(entry.linear(), 1L << scene().mode().shift(entry.level()))
                .in(entry.directory())
                .missing("absent, then INVLPG of what was mapped, then the new entry")
                .report("a page's size changes through absent", found);
    }
}

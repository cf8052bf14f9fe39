package org.pagetrail.analyzer.rule.entry;

import java.util.Locale;
import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;

/** ENT001: bits that must be zero are. */
public final class ReservedBitsClear extends Rule {
    /** For one trace. */
    public ReservedBitsClear() {
        super(new Invariant(
                "ENT001",
                Severity.ERROR,
                "No present entry has a bit set that is reserved on the recorded machine.",
                "The first access through it faults with RSVD, which no fault handler can resolve.",
                "SDM volume 3A, tables 4-4 to 4-6 and section 4.1.4",
                "always"));
    }

    @Override
    protected void entryChanged(EntryFact entry) {
        long set = scene().mode().reservedBits(entry.now(), entry.level(), scene().cr4(), scene().features());
        if (set != 0) {
            violated()
                    .at(entry.linear(), 1L << scene().mode().shift(entry.level()))
                    .in(entry.directory())
                    .report(
                            "reserved bits are clear",
                            String.format(Locale.ROOT, "0x%08x, of which 0x%08x is reserved", entry.now(), set));
        }
    }
}

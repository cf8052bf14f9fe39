package org.pagetrail.analyzer.rule.fault;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;

/** FLT004: every fault finds its handler. */
public final class NoDoubleFault extends Rule {
    /** For one trace. */
    public NoDoubleFault() {
        super(new Invariant(
                "FLT004",
                Severity.ERROR,
                "No fault raises another while it is delivered: no double fault, no triple fault.",
                "A double fault is an abort, a triple fault a reset: nothing is left to say what was wrong.",
                "SDM volume 3A, 6.15, interrupt 8",
                "always"));
    }

    @Override
    protected void doubleFaulted(long linear, long ip, long sp) {
        report("double fault", linear, ip, sp);
    }

    @Override
    protected void tripleFaulted(long linear, long ip, long sp) {
        report("triple fault", linear, ip, sp);
    }

    private void report(String what, long linear, long ip, long sp) {
        violated()
                .at(linear)
                .report(
                        "faults are delivered",
                        String.format(Locale.ROOT, "%s with ip 0x%08x and sp 0x%08x", what, ip, sp));
    }
}

package org.pagetrail.analyzer.verify;

import java.util.List;
import java.util.function.Predicate;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Judge;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceReader;

/** Judges traces. */
public final class Verifier {
    private Verifier() {}

    /** All invariants that there are, by id. */
    public static List<Invariant> invariants() {
        return Rules.make().stream().map(Rule::invariant).toList();
    }

    /**
     * Judges a trace from a reader that has told no event yet.
     *
     * @param chosen which invariants it is judged by
     * @throws TraceException when the trace is damaged or incomplete; nothing is judged then
     */
    public static Verdict verify(TraceReader reader, Predicate<Invariant> chosen) {
        if (!reader.complete()) {
            throw new TraceException(
                    "the trace is incomplete: its recording did not end properly, so it cannot be judged;"
                            + " record it again");
        }
        List<Rule> rules = Rules.make().stream()
                .filter(rule -> chosen.test(rule.invariant()))
                .toList();
        Judge judge = new Judge(reader.header(), rules);
        reader.readAll(judge);
        TraceClosing closing = reader.closing();
        List<Violation> violations = judge.end(closing);
        return new Verdict(
                rules.stream().map(Rule::invariant).toList(), violations, closing.events(), closing.lastTick());
    }
}

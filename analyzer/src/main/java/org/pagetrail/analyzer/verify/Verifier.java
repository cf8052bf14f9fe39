package org.pagetrail.analyzer.verify;

import java.util.List;
import java.util.function.Predicate;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Judge;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.PartialTrace;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceEnding;
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
     * @throws TraceException when the trace is damaged or incomplete and the reader is not one of {@link PartialTrace}; nothing is
     *     judged then
     */
    public static Verdict verify(TraceReader reader, Predicate<Invariant> chosen) {
        if (!reader.complete() && !reader.partIsEnough()) {
            throw new TraceException("the trace is " + reader.ending().word() + ": "
                    + reader.ending().reason() + ", so it cannot be judged; record it again");
        }
        List<Rule> rules = Rules.make().stream()
                .filter(rule -> chosen.test(rule.invariant()))
                .toList();
        Judge judge = new Judge(reader.header(), rules);
        reader.readAll(judge);
        TraceEnding ending = reader.ending();
        TraceClosing closing = ending == TraceEnding.COMPLETE ? reader.closing() : null;
        List<Violation> violations = judge.end(closing);
        return new Verdict(
                rules.stream().map(Rule::invariant).toList(),
                violations,
                closing == null ? reader.ordinal() + 1 : closing.events(),
                closing == null ? judge.lastTick() : closing.lastTick(),
                ending);
    }
}

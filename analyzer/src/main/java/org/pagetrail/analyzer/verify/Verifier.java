package org.pagetrail.analyzer.verify;

import java.util.List;
import java.util.function.Predicate;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.traces.event.TraceReader;

/** Judges traces. */
public final class Verifier {
    private Verifier() {}

    /** All invariants that there are, by id. */
    public static List<Invariant> invariants() {
        return List.of();
    }

    /**
     * Judges a trace from a reader that has told no event yet.
     *
     * @param chosen which invariants it is judged by
     * @throws org.pagetrail.traces.event.TraceException when the trace is damaged or incomplete; nothing is judged then
     */
    public static Verdict verify(TraceReader reader, Predicate<Invariant> chosen) {
        List<Invariant> checked = invariants().stream().filter(chosen).toList();
        return new Verdict(
                checked, List.of(), reader.closing().events(), reader.closing().lastTick());
    }
}

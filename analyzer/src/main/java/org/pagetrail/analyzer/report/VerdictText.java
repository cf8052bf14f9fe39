package org.pagetrail.analyzer.report;

import java.util.List;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.analyzer.verify.Verdict;

/** A verdict for people at a terminal: 80 columns, each violation with its evidence, a sentence at the end. */
public final class VerdictText {
    private static final int COLUMNS = 80;
    private static final int LABEL = 12;
    private static final int LIST_LEAD = 15;

    private VerdictText() {}

    /** The text, in whole lines. */
    public static String of(Verdict verdict) {
        StringBuilder text = new StringBuilder();
        for (Violation violation : verdict.violations()) {
            Invariant invariant = violation.invariant();
            text.append(invariant.id())
                    .append(' ')
                    .append(Wording.severity(invariant.severity()))
                    .append('\n');
            for (String line : Wording.wrap(invariant.holds(), COLUMNS - 2)) {
                text.append("  ").append(line).append('\n');
            }
            for (String[] line : Wording.evidence(violation)) {
                labelled(text, line[0], line[1]);
            }
            text.append('\n');
        }
        for (String line : Wording.wrap(Wording.summary(verdict), COLUMNS)) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    /** What sums it up. */
    public static String summary(Verdict verdict) {
        return Wording.summary(verdict);
    }

    private static void labelled(StringBuilder text, String label, String value) {
        List<String> lines = Wording.wrap(value, COLUMNS - LABEL);
        for (int i = 0; i < lines.size(); i++) {
            String lead = i == 0 ? "  " + label : "";
            text.append(lead)
                    .append(" ".repeat(LABEL - lead.length()))
                    .append(lines.get(i))
                    .append('\n');
        }
    }

    /** The list of invariants: id, severity, what holds. */
    public static String list(List<Invariant> invariants) {
        StringBuilder text = new StringBuilder();
        for (Invariant invariant : invariants) {
            String lead = invariant.id() + "  " + Wording.severity(invariant.severity());
            List<String> lines = Wording.wrap(invariant.holds(), COLUMNS - 2 - LIST_LEAD);
            for (int i = 0; i < lines.size(); i++) {
                String left = i == 0 ? lead : "";
                text.append(left)
                        .append(" ".repeat(LIST_LEAD + 2 - left.length()))
                        .append(lines.get(i))
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** All that is known of one invariant. */
    public static String explain(Invariant invariant) {
        StringBuilder text = new StringBuilder();
        text.append(invariant.id())
                .append(' ')
                .append(Wording.severity(invariant.severity()))
                .append('\n');
        labelled(text, "holds", invariant.holds());
        labelled(text, "why", invariant.reason());
        labelled(text, "when", invariant.when());
        labelled(text, "source", invariant.source());
        return text.toString();
    }
}

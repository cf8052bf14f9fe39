package org.pagetrail.analyzer.report;

import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.analyzer.verify.Verdict;

/** A verdict for a page: a table of what is violated, then the evidence. */
public final class VerdictMarkdown {
    private VerdictMarkdown() {}

    /** The document. */
    public static String of(Verdict verdict) {
        StringBuilder text = new StringBuilder();
        text.append(Wording.summary(verdict)).append('\n');
        if (verdict.violations().isEmpty()) {
            return text.toString();
        }
        text.append("\n| rule | severity | event | phase | where | expected | found |\n");
        text.append("|---|---|---|---|---|---|---|\n");
        for (Violation violation : verdict.violations()) {
            row(
                    text,
                    violation.invariant().id(),
                    Wording.severity(violation.invariant().severity()),
                    Wording.number(violation.ordinal()),
                    violation.phase() == null ? "" : violation.phase(),
                    Wording.where(violation),
                    violation.expected(),
                    violation.found());
        }
        for (Violation violation : verdict.violations()) {
            text.append("\n**")
                    .append(violation.invariant().id())
                    .append("** ")
                    .append(escaped(violation.invariant().holds()))
                    .append("\n\n");
            for (String[] line : Wording.evidence(violation)) {
                text.append("- ")
                        .append(line[0])
                        .append(": ")
                        .append(escaped(line[1]))
                        .append('\n');
            }
            text.append("- why: ")
                    .append(escaped(violation.invariant().reason()))
                    .append('\n');
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String... cells) {
        for (String cell : cells) {
            text.append("| ").append(escaped(cell)).append(cell.isEmpty() ? "" : " ");
        }
        text.append("|\n");
    }

    /** Text in which nothing is markup. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') {
                escaped.append(' ');
            } else if (c == '<') {
                escaped.append("&lt;");
            } else if (c == '&') {
                escaped.append("&amp;");
            } else if ("\\`*_[]|#>".indexOf(c) >= 0) {
                escaped.append('\\').append(c);
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}

package org.pagetrail.analyzer.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.analyzer.verify.Verdict;
import org.pagetrail.traces.event.ByteSize;

/** How a verdict is put in words, for all forms that people read. */
final class Wording {
    private static final int PAGE_SHIFT = 12;

    private Wording() {}

    static String hex(long address) {
        return String.format(Locale.ROOT, "0x%08x", address);
    }

    static String frame(long frame) {
        return hex(frame << PAGE_SHIFT);
    }

    static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String severity(Severity severity) {
        return severity.name().toLowerCase(Locale.ROOT);
    }

    /** When it was first seen. */
    static String when(Violation violation) {
        String phase = violation.phase() == null ? "outside of any phase" : "phase " + violation.phase();
        return "event " + number(violation.ordinal()) + ", tick " + number(violation.tick()) + ", " + phase;
    }

    /** What it is about, or an empty text. */
    static String where(Violation violation) {
        StringBuilder text = new StringBuilder();
        if (violation.linear() != Violation.NONE) {
            text.append(hex(violation.linear()));
            if (violation.bytes() > 1) {
                text.append('-').append(hex(violation.linear() + violation.bytes() - 1));
                text.append(" (").append(ByteSize.text(violation.bytes())).append(')');
            }
        }
        if (violation.region() != null) {
            text.append(" in ").append(violation.region());
        }
        if (violation.directory() != Violation.NONE) {
            text.append(text.length() == 0 ? "" : ", ").append("directory ").append(frame(violation.directory()));
        }
        return text.toString();
    }

    static String cause(Violation.Cause cause) {
        return "event " + number(cause.ordinal()) + ", " + cause.event();
    }

    /** The evidence as label and text, in the order in which people want it. */
    static List<String[]> evidence(Violation violation) {
        List<String[]> lines = new ArrayList<>();
        lines.add(new String[] {"at", when(violation)});
        if (!where(violation).isEmpty()) {
            lines.add(new String[] {"where", where(violation)});
        }
        lines.add(new String[] {"expected", violation.expected()});
        lines.add(new String[] {"found", violation.found()});
        if (violation.cause() != null) {
            lines.add(new String[] {"cause", cause(violation.cause())});
        }
        if (violation.missing() != null) {
            lines.add(new String[] {"missing", violation.missing()});
        }
        if (violation.count() > 1) {
            lines.add(new String[] {"seen", number(violation.count()) + " times"});
        }
        return lines;
    }

    /** The verdict in one sentence, and in another what is missing of the trace. */
    static String summary(Verdict verdict) {
        return (found(verdict) + " " + note(verdict)).strip();
    }

    /** What is missing of the trace, as a sentence; an empty text for a complete one. */
    static String note(Verdict verdict) {
        return verdict.ending().note("The trace", verdict.events(), "judged");
    }

    private static String found(Verdict verdict) {
        int checked = verdict.checked().size();
        if (verdict.violations().isEmpty()) {
            return (checked == 1 ? "The invariant holds" : "All " + checked + " invariants hold") + " over "
                    + number(verdict.events()) + " events.";
        }
        long violated = verdict.violations().stream()
                .map(violation -> violation.invariant().id())
                .distinct()
                .count();
        return count(verdict.violations().size(), "violation") + " of " + count(violated, "invariant") + " ("
                + severities(verdict) + "); " + (checked - violated) + " of " + checked + " hold over "
                + number(verdict.events()) + " events.";
    }

    private static String severities(Verdict verdict) {
        List<String> parts = new ArrayList<>();
        for (Severity severity : List.of(Severity.ERROR, Severity.WARNING)) {
            long count = verdict.violations().stream()
                    .filter(violation -> violation.invariant().severity() == severity)
                    .count();
            if (count > 0) {
                parts.add(count(count, severity(severity)));
            }
        }
        return String.join(", ", parts);
    }

    private static String count(long count, String what) {
        return number(count) + " " + what + (count == 1 ? "" : "s");
    }

    /** Words in lines of at most {@code width} characters, where a word is not longer. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}

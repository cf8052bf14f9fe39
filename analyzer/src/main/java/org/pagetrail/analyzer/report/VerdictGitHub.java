package org.pagetrail.analyzer.report;

import java.util.stream.Collectors;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.analyzer.verify.Verdict;
import org.pagetrail.traces.event.TraceEnding;

/**
 * A verdict as workflow commands of GitHub Actions: an annotation a violation, one line each, then the sentence that sums it up.
 *
 * <p>In a message {@code %}, CR and LF are escaped, in a property {@code :} and {@code ,} as well, as the runner unescapes them.
 */
public final class VerdictGitHub {
    private VerdictGitHub() {}

    /** The lines. */
    public static String of(Verdict verdict) {
        StringBuilder text = new StringBuilder();
        for (Violation violation : verdict.violations()) {
            String command = violation.invariant().severity() == Severity.ERROR ? "error" : "warning";
            String title =
                    violation.invariant().id() + " " + violation.invariant().holds();
            String message = Wording.evidence(violation).stream()
                    .map(line -> line[0] + ": " + line[1])
                    .collect(Collectors.joining("\n"));
            text.append("::")
                    .append(command)
                    .append(" title=")
                    .append(property(title))
                    .append("::")
                    .append(data(message))
                    .append('\n');
        }
        if (verdict.ending() != TraceEnding.COMPLETE) {
            text.append("::warning title=The trace is ")
                    .append(verdict.ending().word())
                    .append("::")
                    .append(data(Wording.note(verdict)))
                    .append('\n');
        }
        // A line that begins with two colons would be a command.
        return text.append(Wording.summary(verdict)).append('\n').toString();
    }

    static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}

package org.pagetrail.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.pagetrail.analyzer.report.VerdictGitHub;
import org.pagetrail.analyzer.report.VerdictJUnit;
import org.pagetrail.analyzer.report.VerdictJson;
import org.pagetrail.analyzer.report.VerdictMarkdown;
import org.pagetrail.analyzer.report.VerdictText;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.verify.Verdict;
import org.pagetrail.analyzer.verify.Verifier;
import org.pagetrail.traces.event.TraceReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pagetrail verify}: judges a trace by all invariants. */
@Command(name = "verify", description = VerifyCommand.DESCRIPTION)
final class VerifyCommand implements Callable<Integer> {
    private static final int FAMILY_LETTERS = 3;

    static final String DESCRIPTION = "Judge a trace by all invariants; exit 1 when one is violated.";

    @Parameters(
            paramLabel = "TRACE",
            arity = "0..1",
            description = "A journal's directory, or a portable trace (.jsonl, .jsonl.gz).")
    private Path trace;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text, json, junit, github or markdown (default: ${DEFAULT-VALUE}).",
            defaultValue = "text")
    private Format format;

    @Option(
            names = "--only",
            paramLabel = "RULE",
            split = ",",
            description = "Judge by these alone: ids, as LAY003, or families, as LAY; separate them by commas.")
    private List<String> only = List.of();

    @Option(names = "--except", paramLabel = "RULE", split = ",", description = "Judge by all but these.")
    private List<String> except = List.of();

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            description = "The least severity that makes the exit code 1: error, warning or never"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "warning")
    private FailOn failOn;

    @Option(names = "--list-rules", description = "Show all invariants instead.")
    private boolean list;

    @Option(names = "--explain-rule", paramLabel = "ID", description = "Show all about one invariant instead.")
    private String explain;

    @Mixin
    private IncompleteOption incomplete;

    @Mixin
    private OutputOption output;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    /** What a verdict can be written as. */
    enum Format {
        text,
        json,
        junit,
        github,
        markdown
    }

    /** What makes the exit code 1. */
    enum FailOn {
        error(Severity.ERROR),
        warning(Severity.WARNING),
        never(null);

        private final Severity least;

        FailOn(Severity least) {
            this.least = least;
        }
    }

    @Override
    public Integer call() {
        if (list || explain != null) {
            show();
            return ExitCodes.CLEAN;
        }
        if (trace == null) {
            throw new ParameterException(spec.commandLine(), "name a TRACE to verify, as boot.trace");
        }
        Predicate<Invariant> chosen = chosen();
        Verdict verdict;
        try (TraceReader reader = incomplete.open(trace, "judged")) {
            verdict = Verifier.verify(reader, chosen);
        }
        incomplete.sayDamage(spec.commandLine());
        try (Output out = output.open()) {
            out.print(written(verdict));
        }
        if (output.file() != null && !verdict.violations().isEmpty()) {
            Main.say(spec.commandLine(), VerdictText.summary(verdict) + " See " + output.file() + ".");
        }
        boolean fails = failOn.least != null
                && verdict.worst()
                        .filter(worst -> worst.compareTo(failOn.least) >= 0)
                        .isPresent();
        return fails ? ExitCodes.FINDINGS : ExitCodes.CLEAN;
    }

    private String written(Verdict verdict) {
        return switch (format) {
            case text -> VerdictText.of(verdict);
            case json -> VerdictJson.of(verdict).toPrettyString() + "\n";
            case junit -> VerdictJUnit.of(verdict, failOn.least);
            case github -> VerdictGitHub.of(verdict);
            case markdown -> VerdictMarkdown.of(verdict);
        };
    }

    private void show() {
        if (format != Format.text && format != Format.json) {
            throw new ParameterException(
                    spec.commandLine(), "rules are shown as text or json; leave --format " + format);
        }
        List<Invariant> shown = Verifier.invariants().stream()
                .filter(invariant -> explain == null || invariant.id().equals(explain))
                .toList();
        if (shown.isEmpty()) {
            throw unknown(explain);
        }
        try (Output out = output.open()) {
            if (format == Format.json) {
                out.line(VerdictJson.list(shown).toPrettyString());
            } else {
                out.print(explain == null ? VerdictText.list(shown) : VerdictText.explain(shown.get(0)));
            }
        }
    }

    private Predicate<Invariant> chosen() {
        for (List<String> names : List.of(only, except)) {
            for (String name : names) {
                if (Verifier.invariants().stream().noneMatch(invariant -> named(invariant, name))) {
                    throw unknown(name);
                }
            }
        }
        return invariant -> (only.isEmpty() || only.stream().anyMatch(name -> named(invariant, name)))
                && except.stream().noneMatch(name -> named(invariant, name));
    }

    /** Whether the name is the invariant's id or the letters of its family. */
    private static boolean named(Invariant invariant, String name) {
        return invariant.id().equals(name)
                || name.length() == FAMILY_LETTERS && invariant.id().startsWith(name);
    }

    private ParameterException unknown(String name) {
        return new ParameterException(
                spec.commandLine(), "no invariant has the id '" + name + "'; --list-rules shows those that there are");
    }
}

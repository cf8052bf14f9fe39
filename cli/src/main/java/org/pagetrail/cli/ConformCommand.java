package org.pagetrail.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.pagetrail.recorder.conform.CaseTableException;
import org.pagetrail.recorder.conform.Conformance;
import org.pagetrail.recorder.conform.Difference;
import org.pagetrail.recorder.conform.Exceptions;
import org.pagetrail.recorder.conform.Result;
import org.pagetrail.traces.profile.MachineProfile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pagetrail conform}: runs a table of paging cases through the model machine. */
@Command(name = "conform", description = ConformCommand.DESCRIPTION)
final class ConformCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Run a table of page-walk cases through the machine and compare.";

    @Parameters(
            paramLabel = "TABLE",
            description =
                    "A file of comma-separated values with a line of column names; docs/architecture.md has them.")
    private Path table;

    @Option(
            names = "--tlb",
            description =
                    "The table is of second accesses after a change and a flush, not of walks: only what the flush must"
                            + " drop is compared.")
    private boolean tlb;

    @Option(
            names = "--except",
            paramLabel = "FILE",
            description = "Rows in which the table's source is known to be wrong: id, column, expected, reason.")
    private Path except;

    @Mixin
    private ResultOptions result;

    @Override
    public Integer call() {
        Result outcome;
        try {
            Exceptions exceptions = except == null ? Exceptions.NONE : Exceptions.read(except);
            MachineProfile profile = Conformance.fullProfile();
            outcome = tlb
                    ? Conformance.flushes(table, profile, exceptions)
                    : Conformance.walks(table, profile, exceptions);
        } catch (CaseTableException e) {
            throw new UsageException(e.getMessage(), e);
        }
        result.write(out -> text(out, outcome), () -> json(outcome));
        return outcome.differences().isEmpty() ? ExitCodes.CLEAN : ExitCodes.FINDINGS;
    }

    private static void text(Output out, Result outcome) {
        for (Difference difference : outcome.differences()) {
            out.line("row " + difference.id() + ": " + difference.what());
            out.line("    expected " + difference.expected() + "; found " + difference.found());
        }
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%,d of %,d rows agree",
                outcome.rows() - outcome.differences().size(),
                outcome.rows()));
        if (outcome.excepted() > 0) {
            line.append(String.format(Locale.ROOT, ", %,d of them as the exceptions say", outcome.excepted()));
        }
        if (outcome.left() > 0) {
            line.append(String.format(Locale.ROOT, "; %,d say nothing that a processor must do", outcome.left()));
        }
        out.line(line.append('.').toString());
        if (!outcome.unused().isEmpty()) {
            out.line(String.format(
                    Locale.ROOT,
                    "Exceptions of no use: %,d, the first for row %d.",
                    outcome.unused().size(),
                    outcome.unused().get(0)));
        }
    }

    private static JsonNode json(Result outcome) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("rows", outcome.rows());
        json.put("agree", outcome.rows() - outcome.differences().size());
        json.put("excepted", outcome.excepted());
        json.put("left", outcome.left());
        ArrayNode differences = json.putArray("differences");
        for (Difference difference : outcome.differences()) {
            differences
                    .addObject()
                    .put("id", difference.id())
                    .put("line", difference.line())
                    .put("case", difference.what())
                    .put("expected", difference.expected())
                    .put("found", difference.found());
        }
        ArrayNode unused = json.putArray("unusedExceptions");
        outcome.unused().forEach(unused::add);
        return json;
    }
}

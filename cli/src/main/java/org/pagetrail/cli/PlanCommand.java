package org.pagetrail.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.pagetrail.traces.plan.Finding;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.PlanException;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.plan.PlanTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pagetrail plan}: shows a layout plan, or says what is wrong with it. */
@Command(
        name = "plan",
        description = PlanCommand.DESCRIPTION,
        subcommands = {PlanCommand.Show.class, PlanCommand.Lint.class})
final class PlanCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Show a layout plan, or check one.";

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do with the plan: show or lint");
    }

    /** {@code plan show}. */
    @Command(name = "show", description = "Show a plan as a table.")
    static final class Show implements Callable<Integer> {
        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "A plan file (default: the plan higher-half-3g).")
        private Path file;

        @Mixin
        private ResultOptions result;

        @Override
        public Integer call() {
            Plan plan = read(file);
            result.write(out -> out.print(PlanTable.render(plan)), plan::toJson);
            return ExitCodes.CLEAN;
        }
    }

    /** {@code plan lint}. */
    @Command(name = "lint", description = "Say what in a plan is wrong or contradicts itself.")
    static final class Lint implements Callable<Integer> {
        @Parameters(
                arity = "0..1",
                paramLabel = "FILE",
                description = "A plan file (default: the plan higher-half-3g).")
        private Path file;

        @Mixin
        private ResultOptions result;

        @Override
        public Integer call() {
            List<Finding> findings;
            try {
                findings = file == null ? PlanFile.lintStandard() : PlanFile.lint(file);
            } catch (PlanException e) {
                throw new UsageException(e.getMessage(), e);
            }
            List<Finding> all = findings;
            result.write(out -> text(out, all), () -> json(all));
            return findings.isEmpty() ? ExitCodes.CLEAN : ExitCodes.FINDINGS;
        }

        private static void text(Output out, List<Finding> findings) {
            findings.forEach(finding -> out.line((finding.error() ? "error: " : "") + finding));
            out.line(
                    findings.isEmpty()
                            ? "nothing wrong"
                            : findings.size() + (findings.size() == 1 ? " finding" : " findings"));
        }

        private static ArrayNode json(List<Finding> findings) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            for (Finding finding : findings) {
                list.addObject()
                        .put("id", finding.id())
                        .put("error", finding.error())
                        .put("line", finding.line())
                        .put("column", finding.column())
                        .put("message", finding.message());
            }
            return list;
        }
    }

    /** The plan of a file, or the standard one. */
    static Plan read(Path file) {
        try {
            return file == null ? PlanFile.standard() : PlanFile.read(file);
        } catch (PlanException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }
}

package org.pagetrail.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.pagetrail.traces.journal.JournalCheck;
import org.pagetrail.traces.journal.JournalRepair;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pagetrail repair}: copies what is provably good of a journal. */
@Command(name = "repair", description = RepairCommand.DESCRIPTION)
final class RepairCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Copy what is provably good of a damaged or cut journal.";

    @Parameters(paramLabel = "TRACE", description = "A journal's directory. It is only read.")
    private Path trace;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "NEW",
            required = true,
            description = "The directory to make; it must not exist.")
    private Path output;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print no summary.")
    private boolean quiet;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() {
        JournalRepair.Repaired repaired = JournalRepair.repair(trace, output);
        if (quiet) {
            return ExitCodes.CLEAN;
        }
        JournalCheck original = repaired.original();
        try (Output out = Output.open(null)) {
            out.line(String.format(
                    Locale.ROOT,
                    "%s: %s, %,d events of %s",
                    output,
                    repaired.truncated() ? "truncated" : "complete",
                    repaired.events(),
                    trace));
            long left = original.events() - repaired.events();
            if (left > 0) {
                out.line(String.format(
                        Locale.ROOT,
                        "%,d more events are readable in %s, but others before them are not; see info --check",
                        left,
                        trace));
            }
            if (original.whole()) {
                out.line(trace + " is whole: there was nothing to repair");
            }
        }
        return ExitCodes.CLEAN;
    }
}

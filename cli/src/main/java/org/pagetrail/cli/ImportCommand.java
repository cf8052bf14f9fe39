package org.pagetrail.cli;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceOutputException;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.BlockDigest;
import org.pagetrail.traces.journal.JournalReader;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.PlanException;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.ProfileException;
import org.pagetrail.traces.text.JsonLinesReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pagetrail import}: a journal from a portable trace, the same bytes that it was exported from. */
@Command(name = "import", description = ImportCommand.DESCRIPTION)
final class ImportCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Make a journal from a portable trace, checking every line.";

    @Parameters(paramLabel = "FILE", description = "A portable trace, plain or compressed with gzip.")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "TRACE",
            required = true,
            description = "The journal's directory, which must not exist.")
    private Path output;

    @Option(
            names = "--reseal",
            description =
                    "The trace was changed on purpose: compute counts and digest anew. One without its end is closed"
                            + " as truncated.")
    private boolean reseal;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print no summary.")
    private boolean quiet;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() {
        if (Files.exists(output, LinkOption.NOFOLLOW_LINKS)) {
            throw new TraceOutputException(
                    TraceOutputException.Reason.EXISTS,
                    output + " exists, and import overwrites nothing; choose another with -o, or remove it first");
        }
        try (TraceReader reader =
                reseal ? JsonLinesReader.openEdited(file) : JsonLinesReader.open(file, BlockDigest::new)) {
            checkHeader(reader.header());
            write(reader);
        }
        if (!quiet) {
            summary();
        }
        return ExitCodes.CLEAN;
    }

    /** What the header says of plan and profile must be what these packages understand. */
    private void checkHeader(TraceHeader header) {
        String digest;
        try {
            MachineProfile.fromJson(header.profile());
            digest = Plan.fromJson(header.plan()).digest();
        } catch (PlanException | ProfileException e) {
            throw refused(1, e.getMessage());
        }
        if (!digest.equals(header.planDigest())) {
            throw refused(1, "the header's 'planDigest' is not that of its plan, which is " + digest);
        }
    }

    private TraceException refused(long line, String what) {
        return new TraceException(file + ":" + line + ": " + what + "; mend the line, or export the trace again");
    }

    private void write(TraceReader reader) {
        JournalWriter writer = JournalWriter.create(output, reader.header(), false);
        try {
            reader.readAll(writer);
            TraceClosing closing = reader.closing();
            if (closing == null && !reseal) {
                throw new TraceException(
                        file + ":" + (writer.events() + 2) + ": the closing line is missing; export the"
                                + " trace again, or take what there is with --reseal");
            }
            writer.finish(closing == null || closing.truncated());
        } catch (RuntimeException e) {
            writer.discard();
            throw e;
        }
    }

    private void summary() {
        try (TraceReader made = JournalReader.open(output);
                Output out = Output.open(null)) {
            TraceClosing closing = made.closing();
            out.line(String.format(
                    Locale.ROOT,
                    "Imported %s into %s: %,d events, %,d cycles%s",
                    file,
                    output,
                    closing.events(),
                    closing.lastTick(),
                    closing.truncated() ? ", truncated" : ""));
            if (reseal) {
                out.line("  digest " + closing.digest());
            }
        }
    }
}

package org.pagetrail.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.pagetrail.analyzer.diff.DiffJson;
import org.pagetrail.analyzer.diff.DiffMarkdown;
import org.pagetrail.analyzer.diff.DiffText;
import org.pagetrail.analyzer.diff.Differ;
import org.pagetrail.analyzer.diff.EventWording;
import org.pagetrail.analyzer.diff.TraceDiff;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.paging.PagingMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pagetrail diff}: what changed between two boots. */
@Command(name = "diff", description = DiffCommand.DESCRIPTION)
final class DiffCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Compare two traces: inputs, maps, events, costs, violations.";

    /** What a comparison can be written as. */
    enum Format {
        text,
        json,
        markdown
    }

    @Parameters(
            index = "0",
            paramLabel = "OLD",
            description = "A trace: a journal's directory, or a portable trace (.jsonl, .jsonl.gz).")
    private Path old;

    @Parameters(index = "1", paramLabel = "NEW", description = "The trace to compare it with.")
    private Path now;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text, json or markdown (default: ${DEFAULT-VALUE}).",
            defaultValue = "text")
    private Format format;

    @Mixin
    private IncompleteOption incomplete;

    @Mixin
    private OutputOption output;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PagingMode mode = check(old);
        check(now);
        TraceDiff diff = Differ.diff(() -> open(old), () -> open(now), Regions::of);
        incomplete.sayDamage(spec.commandLine());
        EventWording wording = new EventWords(mode);
        try (Output out = output.open()) {
            switch (format) {
                case text -> out.print(DiffText.of(diff, old.toString(), now.toString(), wording));
                case markdown -> out.print(DiffMarkdown.of(diff, old.toString(), now.toString(), wording));
                case json ->
                    out.line(DiffJson.of(diff, old.toString(), now.toString(), wording)
                            .toPrettyString());
            }
        }
        return diff.none() ? ExitCodes.CLEAN : ExitCodes.FINDINGS;
    }

    private TraceReader open(Path trace) {
        return incomplete.open(trace, "compared");
    }

    /**
     * Refuses a trace of which a part may be missing: what is not there would count as a difference. One that is being recorded is
     * never compared, since it is read more than once and would be another each time.
     */
    private PagingMode check(Path trace) {
        try (TraceReader reader = open(trace)) {
            if (reader.ending() == TraceEnding.OPEN) {
                throw new TraceException(
                        trace + " is open: it is still being recorded, so it is not compared;" + " wait for its end");
            }
            return PagingModes.named(reader.header().mode());
        }
    }
}

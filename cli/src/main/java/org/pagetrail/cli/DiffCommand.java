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
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.paging.PagingMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
    private OutputOption output;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() {
        PagingMode mode = check(old);
        check(now);
        TraceDiff diff = Differ.diff(() -> Traces.open(old), () -> Traces.open(now), Regions::of);
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

    /** Refuses a trace of which a part may be missing: what is not there would count as a difference. */
    private static PagingMode check(Path trace) {
        try (TraceReader reader = Traces.open(trace)) {
            if (!reader.complete()) {
                throw new TraceException(trace + " is incomplete: its recording did not end properly, so it cannot be"
                        + " compared; record it again");
            }
            return PagingModes.named(reader.header().mode());
        }
    }
}

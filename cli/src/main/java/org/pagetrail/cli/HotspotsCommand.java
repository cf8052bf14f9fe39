package org.pagetrail.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.pagetrail.analyzer.hotspot.Hotspots;
import org.pagetrail.analyzer.hotspot.HotspotsCsv;
import org.pagetrail.analyzer.hotspot.HotspotsJson;
import org.pagetrail.analyzer.hotspot.HotspotsText;
import org.pagetrail.traces.event.TraceReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pagetrail hotspots}: where the model cycles of a trace went. */
@Command(name = "hotspots", description = HotspotsCommand.DESCRIPTION)
final class HotspotsCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Show where the cycles went: by phase, cause, region and page.";

    @Parameters(paramLabel = "TRACE", description = "A journal's directory, or a portable trace (.jsonl, .jsonl.gz).")
    private Path trace;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text, json or csv (default: ${DEFAULT-VALUE}).",
            defaultValue = "text")
    private Format format;

    @Option(
            names = "-n",
            paramLabel = "ROWS",
            description = "Show so many pages one by one, those with most cycles (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int rows;

    @Mixin
    private IncompleteOption incomplete;

    @Mixin
    private OutputOption output;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    /** What the result can be written as. */
    enum Format {
        text,
        json,
        csv
    }

    @Override
    public Integer call() {
        if (rows < 0) {
            throw new ParameterException(spec.commandLine(), "-n " + rows + " is no number of rows; give 0 or more");
        }
        Hotspots hotspots;
        try (TraceReader reader = incomplete.open(trace, "attributed")) {
            hotspots = Hotspots.of(reader, Regions.of(reader.header()));
        }
        incomplete.sayDamage(spec.commandLine());
        try (Output out = output.open()) {
            out.print(
                    switch (format) {
                        case text -> HotspotsText.of(hotspots, rows);
                        case json -> HotspotsJson.of(hotspots, rows).toPrettyString() + "\n";
                        case csv -> HotspotsCsv.of(hotspots, rows);
                    });
        }
        return ExitCodes.CLEAN;
    }
}

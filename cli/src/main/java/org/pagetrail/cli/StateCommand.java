package org.pagetrail.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateJson;
import org.pagetrail.replay.state.StateText;
import org.pagetrail.replay.timeline.At;
import org.pagetrail.replay.timeline.Timeline;
import org.pagetrail.replay.timeline.TimelineException;
import org.pagetrail.traces.event.TraceReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pagetrail state}: the machine's memory state at a point of a trace. */
@Command(name = "state", description = StateCommand.DESCRIPTION)
final class StateCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Show registers, mappings, TLBs and frames at a point of a trace.";

    @Parameters(paramLabel = "TRACE", description = "A journal's directory, or a portable trace (.jsonl, .jsonl.gz).")
    private Path trace;

    @Option(
            names = "--at",
            paramLabel = "POINT",
            description = "After the event of this ordinal, at the end, or at the end of a phase: N, end, phase:NAME"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "end")
    private String at;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text or json (default: ${DEFAULT-VALUE}).",
            defaultValue = "text")
    private InfoCommand.Format format;

    @Mixin
    private OutputOption output;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try (TraceReader reader = Traces.open(trace)) {
            MachineState state;
            try {
                state = Timeline.seek(reader, At.parse(at));
            } catch (TimelineException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
            try (Output out = output.open()) {
                if (format == InfoCommand.Format.json) {
                    out.line(StateJson.of(state, Regions.of(reader.header())).toPrettyString());
                } else {
                    out.print(StateText.of(state, Regions.of(reader.header())));
                }
            }
        }
        return ExitCodes.CLEAN;
    }
}

package org.pagetrail.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.MapRegion;
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

    @Mixin
    private CheckpointOptions checkpoints;

    @Mixin
    private ResultOptions result;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try (TraceReader reader = Traces.open(trace)) {
            Traces.sayIfIncomplete(spec.commandLine(), trace, reader);
            MachineState state = seek(reader);
            List<MapRegion> regions = Regions.of(reader.header());
            result.write(out -> out.print(StateText.of(state, regions)), () -> StateJson.of(state, regions));
        }
        return ExitCodes.CLEAN;
    }

    private MachineState seek(TraceReader reader) {
        try {
            return Timeline.seek(reader, At.parse(at), checkpoints.of(trace, reader));
        } catch (TimelineException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}

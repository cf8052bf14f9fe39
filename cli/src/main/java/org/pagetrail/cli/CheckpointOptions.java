package org.pagetrail.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.timeline.Checkpoints;
import org.pagetrail.replay.timeline.Timeline;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.text.EventFilter;
import org.pagetrail.traces.text.SymbolTable;
import picocli.CommandLine.Option;

/** The options of commands that go far into a trace: where states on the way are kept. */
final class CheckpointOptions {
    /** Names the cache; when it is set but empty, there is none. */
    static final String VARIABLE = "PAGETRAIL_CACHE";

    @Option(
            names = "--checkpoints",
            paramLabel = "DIR",
            description =
                    "Keep states of traces with more than four million events in DIR, and begin at the nearest (default:"
                            + " $PAGETRAIL_CACHE, else $XDG_CACHE_HOME/pagetrail, else ~/.cache/pagetrail).")
    private Path directory;

    @Option(names = "--no-checkpoints", description = "Neither keep states nor use those that were kept.")
    private boolean none;

    /** Those of a trace of which no event was read yet; none of a text, which is read from its beginning anyway. */
    Checkpoints of(Path trace, TraceReader reader) {
        Path cache =
                none || !Traces.isJournal(trace) ? null : directory != null ? directory : standard(System.getenv());
        return cache == null ? Checkpoints.none() : Checkpoints.of(cache, reader);
    }

    /** The cache of whoever has these variables, null when there is no place for one. */
    static Path standard(Map<String, String> variables) {
        try {
            String own = variables.get(VARIABLE);
            if (own != null) {
                return own.isEmpty() ? null : Path.of(own);
            }
            Path base = absolute(variables.get("XDG_CACHE_HOME"));
            if (base == null) {
                Path home = absolute(variables.get("HOME"));
                base = home == null ? null : home.resolve(".cache");
            }
            return base == null ? null : base.resolve("pagetrail");
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static Path absolute(String text) {
        Path path = text == null || text.isEmpty() ? null : Path.of(text);
        return path != null && path.isAbsolute() ? path : null;
    }

    /**
     * Goes on to the first event of a choice as far as a state that is kept allows, and keeps those that are missing.
     *
     * @param reader which has told no event yet
     * @param symbols learns what was named before
     */
    void goTo(Path trace, TraceReader reader, EventFilter.Choice choice, SymbolTable symbols) {
        // Whether a phase that was asked for is in the trace is known only to whoever has read all before.
        if (choice.phase() != null || choice.from() < Checkpoints.FEWEST / 4) {
            return;
        }
        MachineState state = Timeline.resume(reader, choice.from(), of(trace, reader), () -> Traces.open(trace));
        if (state != null) {
            state.tellNames(symbols);
        }
    }
}

package org.pagetrail.cli;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.text.EventFilter;
import org.pagetrail.traces.text.JsonLinesWriter;
import org.pagetrail.traces.text.SymbolTable;
import org.pagetrail.traces.text.TextView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pagetrail view}: the events of a trace, as lines for people or as JSON Lines. */
@Command(name = "view", description = ViewCommand.DESCRIPTION)
final class ViewCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Show the events of a trace as text or JSON Lines.";

    @Parameters(paramLabel = "TRACE", description = "A journal's directory, or a portable trace (.jsonl, .jsonl.gz).")
    private Path trace;

    @Mixin
    private ChoiceOptions choices;

    @Mixin
    private CheckpointOptions checkpoints;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text or jsonl (default: ${DEFAULT-VALUE}).",
            defaultValue = "text")
    private Format format;

    @Option(
            names = {"-f", "--follow"},
            description = "When the trace is being recorded, show what comes as it comes, until the recording ends.")
    private boolean follow;

    @Mixin
    private OutputOption output;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    /** What events can be written as. */
    enum Format {
        text,
        jsonl
    }

    @Override
    public Integer call() {
        if (follow && !Traces.isJournal(trace) && Files.exists(trace)) {
            throw new ParameterException(
                    spec.commandLine(), "-f follows a journal that is recorded, which is a directory");
        }
        try (TraceReader reader = Traces.open(trace)) {
            if (!follow) {
                Traces.sayIfIncomplete(spec.commandLine(), trace, reader);
            }
            EventFilter.Choice choice =
                    choices.choice(PagingModes.named(reader.header().mode()));
            try (Output out = output.open()) {
                try {
                    view(reader, choice, out);
                } catch (UncheckedIOException e) {
                    throw out.failed(e);
                }
            }
        }
        return ExitCodes.CLEAN;
    }

    private void view(TraceReader reader, EventFilter.Choice choice, Output out) {
        PagingMode mode = PagingModes.named(reader.header().mode());
        SymbolTable symbols = new SymbolTable();
        checkpoints.goTo(trace, reader, choice, symbols);
        LongSupplier ordinals = choices.bare() ? null : reader::ordinal;
        JsonLinesWriter json = format == Format.jsonl ? new JsonLinesWriter(out.writer(), ordinals, symbols) : null;
        TextView text = json == null ? new TextView(out.writer(), mode, ordinals, symbols) : null;
        TraceEvents sink = json == null ? text : json;
        EventFilter filter = new EventFilter(choice, mode, reader::ordinal, symbols, sink);
        boolean whole = !choices.bare() && choice.equals(EventFilter.Choice.ALL);
        if (json != null && whole) {
            json.header(reader.header());
        } else if (text != null) {
            text.heading();
        }
        Follower follower = new Follower(reader);
        do {
            while (!filter.done() && reader.next(filter)) {}
            if (follow) {
                flush(out, json);
            }
        } while (follow && !filter.done() && follower.again());
        if (follow && !filter.done()) {
            Traces.sayIfIncomplete(spec.commandLine(), trace, reader);
        }
        if (json != null) {
            if (whole && reader.closing() != null) {
                json.closing(reader.closing());
            }
            json.flush();
        }
        choices.refuseUnknownPhase(filter);
    }

    private static void flush(Output out, JsonLinesWriter json) {
        if (json != null) {
            json.flush();
        }
        out.flush();
    }
}

package org.pagetrail.cli;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.pagetrail.traces.event.EventCatalog;
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

    @Option(names = "--from", paramLabel = "N", description = "Begin with the event of ordinal N.", defaultValue = "0")
    private long from;

    @Option(names = "--to", paramLabel = "N", description = "End with the event of ordinal N.")
    private Long to;

    @Option(
            names = "--event",
            paramLabel = "NAME",
            split = ",",
            description = "Only events of this name, as page-mapped; repeat it or separate names by commas.")
    private List<String> events = List.of();

    @Option(
            names = "--page",
            paramLabel = "ADDRESS",
            description = "Only events about the page of this linear address.")
    private String page;

    @Option(names = "--phase", paramLabel = "NAME", description = "Only events of this phase, as S5.")
    private String phase;

    @Option(names = "-n", paramLabel = "COUNT", description = "At most so many events.")
    private Long limit;

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
            EventFilter.Choice choice = choice(PagingModes.named(reader.header().mode()));
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
        JsonLinesWriter json =
                format == Format.jsonl ? new JsonLinesWriter(out.writer(), reader::ordinal, symbols) : null;
        TextView text = json == null ? new TextView(out.writer(), mode, reader::ordinal, symbols) : null;
        TraceEvents sink = json == null ? text : json;
        EventFilter filter = new EventFilter(choice, mode, reader::ordinal, symbols, sink);
        boolean whole = choice.equals(EventFilter.Choice.ALL);
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
        boolean readToTheEnd = to == null && limit == null;
        if (readToTheEnd && !filter.phaseSeen()) {
            throw new ParameterException(
                    spec.commandLine(), "the trace has no phase '" + phase + "'; info lists those that it has");
        }
    }

    private static void flush(Output out, JsonLinesWriter json) {
        if (json != null) {
            json.flush();
        }
        out.flush();
    }

    private EventFilter.Choice choice(PagingMode mode) {
        Set<String> names = new LinkedHashSet<>(events);
        for (String name : names) {
            if (EventCatalog.get().byName(name) == null) {
                throw new ParameterException(
                        spec.commandLine(), "no event has the name '" + name + "'; docs/events.md lists them");
            }
        }
        long pageNumber = page == null ? EventFilter.ANY_PAGE : address(page) >>> mode.shift(1);
        if (from < 0 || to != null && to < from || limit != null && limit < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--from, --to and -n take numbers from 0, and --to none before --from");
        }
        return new EventFilter.Choice(
                from,
                to == null ? Long.MAX_VALUE : to,
                names,
                pageNumber,
                phase,
                limit == null ? Long.MAX_VALUE : limit);
    }

    private long address(String text) {
        try {
            return Long.decode(text);
        } catch (NumberFormatException e) {
            throw new ParameterException(spec.commandLine(), "'" + text + "' is no address; write it as 0xc0000000", e);
        }
    }
}

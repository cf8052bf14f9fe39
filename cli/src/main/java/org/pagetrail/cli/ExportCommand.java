package org.pagetrail.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import org.pagetrail.traces.event.EventCounts;
import org.pagetrail.traces.event.EventTee;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.BlockDigest;
import org.pagetrail.traces.journal.RawJournalWriter;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.text.EventFilter;
import org.pagetrail.traces.text.JsonLinesWriter;
import org.pagetrail.traces.text.SymbolTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code pagetrail export}: a trace in a form for other programs, which {@code import} turns back, or an excerpt of it. */
@Command(name = "export", description = ExportCommand.DESCRIPTION)
final class ExportCommand implements Callable<Integer> {
    static final String DESCRIPTION = "Write a trace as JSON Lines, from which import makes it again.";

    private static final String COMPRESSED = ".gz";
    private static final int BUFFER = 1 << 16;

    @Parameters(paramLabel = "TRACE", description = "A journal's directory, or a portable trace (.jsonl, .jsonl.gz).")
    private Path trace;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "jsonl, jsonl.gz or blocks, which are the journal's own"
                    + " (default: jsonl; jsonl.gz for a FILE that ends so).")
    private String format;

    @Mixin
    private ChoiceOptions choices;

    @Mixin
    private CheckpointOptions checkpoints;

    @Mixin
    private OutputOption output;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    /** What a trace can be exported as. */
    private enum Format {
        JSONL("jsonl"),
        JSONL_GZ("jsonl.gz"),
        BLOCKS("blocks");

        private final String word;

        Format(String word) {
            this.word = word;
        }
    }

    @Override
    public Integer call() {
        Format chosen = format();
        try (TraceReader reader = Traces.open(trace)) {
            PagingMode mode = PagingModes.named(reader.header().mode());
            EventFilter.Choice choice = choices.choice(mode);
            boolean excerpt = choices.bare() || !choice.equals(EventFilter.Choice.ALL);
            if (excerpt && chosen == Format.BLOCKS) {
                throw new ParameterException(
                        spec.commandLine(), "blocks are exported whole; leave the options that choose events");
            }
            Traces.sayIfIncomplete(spec.commandLine(), trace, reader);
            Output out = output.open();
            try {
                if (chosen == Format.BLOCKS) {
                    blocks(reader, out);
                } else if (excerpt) {
                    lines(chosen, out, writer -> excerpt(reader, mode, choice, writer));
                } else {
                    lines(chosen, out, writer -> all(reader, writer));
                }
                out.close();
            } catch (UncheckedIOException e) {
                out.discard();
                throw out.failed(e);
            } catch (RuntimeException e) {
                out.discard();
                throw e;
            }
        }
        return ExitCodes.CLEAN;
    }

    private Format format() {
        if (format == null) {
            return output.file() != null && output.file().endsWith(COMPRESSED) ? Format.JSONL_GZ : Format.JSONL;
        }
        for (Format one : Format.values()) {
            if (one.word.equals(format)) {
                return one;
            }
        }
        throw new ParameterException(
                spec.commandLine(), "'" + format + "' is no format of a trace; there are jsonl, jsonl.gz and blocks");
    }

    /** Writes lines to a writer. */
    private interface Lines {
        void write(Writer writer);
    }

    private static void lines(Format format, Output out, Lines lines) {
        if (format == Format.JSONL) {
            lines.write(out.writer());
            return;
        }
        try (Writer writer = new OutputStreamWriter(
                new BufferedOutputStream(new GZIPOutputStream(out.stream(), BUFFER), BUFFER), StandardCharsets.UTF_8)) {
            lines.write(writer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void all(TraceReader reader, Writer writer) {
        JsonLinesWriter json = new JsonLinesWriter(writer, reader::ordinal, new SymbolTable());
        BlockDigest digest = new BlockDigest(reader.header());
        json.header(reader.header());
        reader.readAll(new EventTee(digest, json));
        TraceClosing closing = reader.closing();
        if (closing != null) {
            String made = digest.digest();
            refuseOther(reader, made);
            json.closing(closing.withDigest(made));
        }
        json.flush();
    }

    private void excerpt(TraceReader reader, PagingMode mode, EventFilter.Choice choice, Writer writer) {
        SymbolTable symbols = new SymbolTable();
        checkpoints.goTo(trace, reader, choice, symbols);
        JsonLinesWriter json = choices.bare()
                ? JsonLinesWriter.bare(writer, symbols)
                : new JsonLinesWriter(writer, reader::ordinal, symbols);
        EventCounts counts = new EventCounts();
        EventFilter filter = new EventFilter(choice, mode, reader::ordinal, symbols, new EventTee(counts, json));
        json.excerptHeader(reader.header(), choice);
        while (!filter.done() && reader.next(filter)) {}
        choices.refuseUnknownPhase(filter);
        json.excerptClosing(counts);
        json.flush();
    }

    private void blocks(TraceReader reader, Output out) {
        OutputStream stream = out.stream();
        RawJournalWriter writer = new RawJournalWriter(stream, reader.header());
        reader.readAll(writer);
        TraceClosing closing = reader.closing();
        if (closing == null) {
            writer.finishIncomplete();
        } else {
            refuseOther(reader, writer.finish(closing.truncated()));
        }
    }

    /** Refuses a trace that could not be made again from what was exported; one of an older format becomes one of this anyway. */
    private void refuseOther(TraceReader reader, String digest) {
        if (reader.writtenFormat() == reader.header().format()
                && !reader.closing().digest().equals(digest)) {
            throw new TraceException(
                    trace + ": its blocks end where its header does not say, so that no other form can have"
                            + " its digest; record it again");
        }
    }
}

package org.pagetrail.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands whose result is text for people or JSON for programs. */
final class ResultOptions {
    /** What a result can be written as. */
    enum Format {
        text,
        json
    }

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "text or json (default: ${DEFAULT-VALUE}).",
            defaultValue = "text")
    private Format format;

    @Mixin
    private OutputOption output;

    @Mixin
    private CommonOptions common;

    /** Writes the result in the form that was asked for. */
    void write(Consumer<Output> text, Supplier<JsonNode> json) {
        try (Output out = output.open()) {
            if (format == Format.json) {
                out.line(json.get().toPrettyString());
            } else {
                text.accept(out);
            }
        }
    }
}

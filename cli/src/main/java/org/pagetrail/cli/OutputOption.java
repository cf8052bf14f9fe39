package org.pagetrail.cli;

import picocli.CommandLine.Option;

/** The option of commands that write a result. */
final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to FILE, which must not exist; - is standard output.")
    private String file;

    /** The file that was named, null for standard output. */
    String file() {
        return "-".equals(file) ? null : file;
    }

    Output open() {
        return Output.open(file);
    }
}

package org.pagetrail.cli;

import picocli.CommandLine.Option;

/** The options that every command has. */
final class CommonOptions {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(names = "--debug", description = "On an error, show where it came from.")
    private boolean debug;

    boolean debug() {
        return debug;
    }
}

package org.pagetrail.cli;

import picocli.CommandLine.Option;

/** The options that every command has. */
final class CommonOptions {
    static final String HELP = "Show this help.";
    static final String DEBUG = "On an error, show where it came from.";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = HELP)
    private boolean help;

    @Option(names = "--debug", description = DEBUG)
    private boolean debug;

    boolean debug() {
        return debug;
    }
}

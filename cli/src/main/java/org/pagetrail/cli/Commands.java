package org.pagetrail.cli;

import picocli.CommandLine;

/** The list of commands. */
final class Commands {
    private Commands() {}

    static void addTo(CommandLine line) {
        line.addSubcommand(new RecordCommand());
        line.addSubcommand(new InfoCommand());
        line.addSubcommand(new ViewCommand());
        line.addSubcommand(new StateCommand());
        line.addSubcommand(new PlanCommand());
    }
}

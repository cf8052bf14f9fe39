package org.pagetrail.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The list of commands.
 *
 * <p>Reading a command's options costs more than all else that {@code --help} does, so only the command that is called is made;
 * the others are there by name and description.
 */
final class Commands {
    /** A command's description, and how it is made. */
    private record Entry(String description, Supplier<Callable<Integer>> make) {}

    private static final Map<String, Entry> ENTRIES = new LinkedHashMap<>();

    static {
        ENTRIES.put("record", new Entry(RecordCommand.DESCRIPTION, RecordCommand::new));
        ENTRIES.put("info", new Entry(InfoCommand.DESCRIPTION, InfoCommand::new));
        ENTRIES.put("view", new Entry(ViewCommand.DESCRIPTION, ViewCommand::new));
        ENTRIES.put("state", new Entry(StateCommand.DESCRIPTION, StateCommand::new));
        ENTRIES.put("plan", new Entry(PlanCommand.DESCRIPTION, PlanCommand::new));
    }

    private Commands() {}

    /** Adds them; those that the arguments do not name, without their options. */
    static void addTo(CommandLine line, String... arguments) {
        List<String> called = Arrays.asList(arguments);
        ENTRIES.forEach((name, entry) -> {
            if (called.contains(name)) {
                line.addSubcommand(name, entry.make().get());
            } else {
                CommandSpec stub = CommandSpec.create().name(name);
                stub.usageMessage().description(entry.description());
                line.addSubcommand(name, stub);
            }
        });
    }
}

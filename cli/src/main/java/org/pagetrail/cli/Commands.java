package org.pagetrail.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The list of commands.
 *
 * <p>Reading a command's options takes longer than all else at the start, so only the command that is called is made; the others
 * are there by name and description.
 */
final class Commands {
    private static final Map<String, String> DESCRIPTIONS = new LinkedHashMap<>();

    static {
        DESCRIPTIONS.put("record", RecordCommand.DESCRIPTION);
        DESCRIPTIONS.put("info", InfoCommand.DESCRIPTION);
        DESCRIPTIONS.put("view", ViewCommand.DESCRIPTION);
        DESCRIPTIONS.put("verify", VerifyCommand.DESCRIPTION);
        DESCRIPTIONS.put("replay", ReplayCommand.DESCRIPTION);
        DESCRIPTIONS.put("state", StateCommand.DESCRIPTION);
        DESCRIPTIONS.put("diff", DiffCommand.DESCRIPTION);
        DESCRIPTIONS.put("hotspots", HotspotsCommand.DESCRIPTION);
        DESCRIPTIONS.put("export", ExportCommand.DESCRIPTION);
        DESCRIPTIONS.put("import", ImportCommand.DESCRIPTION);
        DESCRIPTIONS.put("conform", ConformCommand.DESCRIPTION);
        DESCRIPTIONS.put("repair", RepairCommand.DESCRIPTION);
        DESCRIPTIONS.put("plan", PlanCommand.DESCRIPTION);
    }

    private Commands() {}

    private static Callable<Integer> make(String name) {
        return switch (name) {
            case "record" -> new RecordCommand();
            case "info" -> new InfoCommand();
            case "view" -> new ViewCommand();
            case "verify" -> new VerifyCommand();
            case "replay" -> new ReplayCommand();
            case "state" -> new StateCommand();
            case "diff" -> new DiffCommand();
            case "hotspots" -> new HotspotsCommand();
            case "export" -> new ExportCommand();
            case "import" -> new ImportCommand();
            case "conform" -> new ConformCommand();
            case "repair" -> new RepairCommand();
            case "plan" -> new PlanCommand();
            default -> throw new IllegalArgumentException("no command " + name);
        };
    }

    /** Adds them; those that the arguments do not name, without their options. */
    static void addTo(CommandLine line, String... arguments) {
        List<String> called = Arrays.asList(arguments);
        DESCRIPTIONS.forEach((name, description) -> {
            if (called.contains(name)) {
                line.addSubcommand(name, make(name));
            } else {
                CommandSpec stub = CommandSpec.create().name(name);
                stub.usageMessage().description(description);
                line.addSubcommand(name, stub);
            }
        });
    }

    /** Their names, in the order in which help shows them. */
    static List<String> names() {
        return List.copyOf(DESCRIPTIONS.keySet());
    }

    /** The help of the program as a whole. It is written here since the library's model of all options is not needed for it. */
    static String help() {
        StringBuilder text = new StringBuilder("Usage: pagetrail COMMAND [OPTION ...]\n");
        text.append(Main.DESCRIPTION).append("\n\nCommands:\n");
        DESCRIPTIONS.forEach((name, description) -> text.append("  ")
                .append(name)
                .append(" ".repeat(9 - name.length()))
                .append(description)
                .append('\n'));
        return text.append("\nOptions:\n")
                .append("  -h, --help     Show this help; after a command, its own.\n")
                .append("  -V, --version  Show the version.\n")
                .append("      --debug    On an error, show where it came from.\n")
                .toString();
    }
}

package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandsTest {
    @Test
    void theHelpOfTheProgramNamesWhatTheLibraryKnows() {
        CommandLine line = new CommandLine(Main.describe());
        Commands.addTo(line, Commands.names().toArray(String[]::new));
        assertEquals(
                Commands.names(), java.util.List.copyOf(line.getSubcommands().keySet()));
        String help = Commands.help();
        line.getSubcommands().forEach((name, command) -> {
            String[] description = command.getCommandSpec().usageMessage().description();
            assertTrue(help.contains("  " + name + " "), name);
            assertTrue(help.contains(description[0]), name);
        });
        line.getCommandSpec()
                .options()
                .forEach(option -> assertTrue(help.contains(option.longestName()), option.longestName()));
        assertTrue(help.lines().allMatch(text -> text.length() <= 80), help);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "record",
                "info",
                "view",
                "verify",
                "replay",
                "state",
                "hotspots",
                "diff",
                "export",
                "import",
                "conform",
                "plan"
            })
    void everyCommandHasHelpOfItsOwn(String name) {
        CommandLine line = new CommandLine(Main.describe());
        Commands.addTo(line, name);
        String usage = line.getSubcommands().get(name).getUsageMessage();
        assertTrue(usage.contains("--help"), usage);
        assertEquals(ExitCodes.CLEAN, Main.run(name, "--help"));
    }

    @Test
    void theReadmeListsEveryCommand() throws java.io.IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        Commands.names().forEach(name -> assertTrue(readme.contains("| `" + name + "` |"), name));
    }
}

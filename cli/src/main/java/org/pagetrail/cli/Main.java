package org.pagetrail.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceOutputException;
import org.pagetrail.traces.plan.PlanException;
import org.pagetrail.traces.profile.ProfileException;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The program: finds the command, runs it, and turns what went wrong into one line and an exit code. */
public final class Main {
    static final String DESCRIPTION = "A flight recorder for address spaces.";

    /** The release, from the build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            return new String[] {"pagetrail " + release()};
        }

        static String release() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
                properties.load(in);
            }
            return properties.getProperty("version");
        }
    }

    /** Runs the program and ends the process. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private Main() {}

    /** Runs the program; returns what the process should end with. */
    static int run(String... arguments) {
        if (arguments.length == 1 && (arguments[0].equals("--help") || arguments[0].equals("-h"))) {
            System.out.print(Commands.help());
            return ExitCodes.CLEAN;
        }
        if (arguments.length == 0) {
            System.err.println("pagetrail: no command given; see pagetrail --help");
            return ExitCodes.USAGE;
        }
        // Converters for types that no option has: picocli would load a hundred classes to have them.
        System.setProperty("picocli.converters.excludes", "java\\.(time|sql)\\..*");
        CommandLine line = new CommandLine(describe());
        Commands.addTo(line, arguments);
        line.setOut(new PrintWriter(new java.io.OutputStreamWriter(System.out, StandardCharsets.UTF_8), true));
        line.setErr(new PrintWriter(new java.io.OutputStreamWriter(System.err, StandardCharsets.UTF_8), true));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // Asks whether there is a terminal as each JDK wants it asked, and respects NO_COLOR.
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.AUTO));
        line.setParameterExceptionHandler((e, args) -> {
            say(
                    line,
                    e.getMessage() + "; see "
                            + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
            return ExitCodes.USAGE;
        });
        line.setExecutionExceptionHandler((e, at, parsed) -> failed(line, e, debug(arguments)));
        try {
            return line.execute(arguments);
        } catch (StackOverflowError | OutOfMemoryError e) {
            return failed(line, new IllegalStateException(e.toString(), e), debug(arguments));
        }
    }

    /**
     * What the program is without its commands, said call by call: reading it from annotations, as the commands do, would double
     * the time that {@code --help} takes.
     */
    static CommandSpec describe() {
        CommandSpec spec = CommandSpec.create()
                .name("pagetrail")
                .versionProvider(new Version())
                .addOption(flag("-h", "--help")
                        .usageHelp(true)
                        .description(CommonOptions.HELP)
                        .build())
                .addOption(flag("-V", "--version")
                        .versionHelp(true)
                        .description("Show the version.")
                        .build())
                .addOption(flag("--debug").description(CommonOptions.DEBUG).build());
        spec.usageMessage().description(DESCRIPTION).synopsisSubcommandLabel("COMMAND");
        return spec;
    }

    private static OptionSpec.Builder flag(String... names) {
        return OptionSpec.builder(names).type(boolean.class);
    }

    private static boolean debug(String... arguments) {
        return java.util.List.of(arguments).contains("--debug");
    }

    /** One line on standard error. */
    static void say(CommandLine line, String what) {
        line.getErr().println("pagetrail: " + what.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    private static int failed(CommandLine line, Exception e, boolean debug) {
        if (e instanceof Output.ClosedPipe) {
            return ExitCodes.CLEAN;
        }
        if (debug) {
            e.printStackTrace(line.getErr());
        }
        int code = code(e);
        if (code == ExitCodes.INTERNAL) {
            say(line, "internal error: " + e + "; run again with --debug and report what it shows");
        } else {
            say(line, e.getMessage());
        }
        return code;
    }

    private static int code(Exception e) {
        // A plan or profile that a user named is refused where it is read; what comes this far stands in a trace's
        // header.
        if (e instanceof TraceException || e instanceof PlanException || e instanceof ProfileException) {
            return ExitCodes.TRACE;
        }
        if (e instanceof TraceOutputException output) {
            return output.reason() == TraceOutputException.Reason.EXISTS ? ExitCodes.USAGE : ExitCodes.OUTPUT;
        }
        return e instanceof UsageException ? ExitCodes.USAGE : ExitCodes.INTERNAL;
    }
}

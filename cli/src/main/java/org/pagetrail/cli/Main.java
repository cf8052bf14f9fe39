package org.pagetrail.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceOutputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program: finds the command, runs it, and turns what went wrong into one line and an exit code. */
@Command(
        name = "pagetrail",
        description = "A flight recorder for address spaces.",
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Callable<Integer> {
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

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

    /** Runs the program; returns what the process should end with. */
    static int run(String... arguments) {
        CommandLine line = new CommandLine(new Main());
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
        if (e instanceof TraceException) {
            return ExitCodes.TRACE;
        }
        if (e instanceof TraceOutputException output) {
            return output.reason() == TraceOutputException.Reason.EXISTS ? ExitCodes.USAGE : ExitCodes.OUTPUT;
        }
        return e instanceof UsageException ? ExitCodes.USAGE : ExitCodes.INTERNAL;
    }

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
    }
}

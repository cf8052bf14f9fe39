package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.cli.PagetrailProcess.Result;

/** The launcher, on the jar that the build has just made. */
class LauncherIT {
    private static final Path LAUNCHER =
            Path.of(System.getProperty("pagetrail.launcher")).toAbsolutePath().normalize();

    @TempDir
    Path temporary;

    private PagetrailProcess launched(Path launcher, String... arguments) throws IOException {
        return PagetrailProcess.of(arguments)
                .through(launcher)
                .in(temporary)
                .home(temporary)
                .env("JAVA_HOME", System.getProperty("java.home"));
    }

    @Test
    void linksFromElsewhereLeadToTheCheckout() throws IOException, InterruptedException {
        Path bin = Files.createDirectory(temporary.resolve("bin"));
        Path absolute = Files.createSymbolicLink(bin.resolve("absolute"), LAUNCHER);
        Path relative = Files.createSymbolicLink(temporary.resolve("relative"), Path.of("bin", "absolute"));
        for (Path link : List.of(absolute, relative)) {
            Result result = launched(link, "--version").run();
            assertEquals("", result.err());
            assertEquals(ExitCodes.CLEAN, result.exitCode());
            assertTrue(result.out().startsWith("pagetrail "), result.out());
        }
        Files.delete(absolute);
        Files.delete(relative);
    }

    @Test
    void argumentsComeThroughAsTheyAre() throws IOException, InterruptedException {
        Result result = launched(LAUNCHER, "info", "a  b * $c.trace").run();
        assertEquals(ExitCodes.TRACE, result.exitCode());
        assertTrue(result.err().contains("a  b * $c.trace"), result.err());
    }

    @Test
    void javaHomeWithoutAJdkIsToldInOneLine() throws IOException, InterruptedException {
        Result result = launched(LAUNCHER, "--version")
                .env("JAVA_HOME", temporary.toString())
                .run();
        assertEquals(ExitCodes.USAGE, result.exitCode());
        assertEquals("", result.out());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains("JAVA_HOME"), result.err());
    }
}

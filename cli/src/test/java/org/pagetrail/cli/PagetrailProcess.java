package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The program as a user meets it: the jar in a process of its own, with nothing of this process's environment but PATH.
 *
 * <p>The jar is the one that the system property {@value #JAR} names; the build sets it after it made the jar.
 */
final class PagetrailProcess {
    private static final String JAR = "pagetrail.jar";
    private static final long SECONDS = 120;
    private static final int FIRST_TO_WARN_OF_UNSAFE = 24;
    private static final long SIGINT_BIT = 1L << 1;

    private final List<String> arguments;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> prefix = new ArrayList<>();
    private Path directory;
    private Path home;
    private Path temporary;
    private Path launcher;
    private String heap;

    private PagetrailProcess(List<String> arguments) {
        this.arguments = List.copyOf(arguments);
    }

    /** What a process that ended left. */
    record Result(int exitCode, String out, String err) {}

    static PagetrailProcess of(String... arguments) {
        return new PagetrailProcess(List.of(arguments));
    }

    /** Where it runs. */
    PagetrailProcess in(Path workingDirectory) {
        directory = workingDirectory;
        return this;
    }

    /** Its HOME, and the JDK's idea of it. */
    PagetrailProcess home(Path homeDirectory) {
        home = homeDirectory;
        return this;
    }

    /** Where temporary files go. */
    PagetrailProcess temporary(Path temporaryDirectory) {
        temporary = temporaryDirectory;
        return this;
    }

    PagetrailProcess env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** A command that runs it, as strace. */
    PagetrailProcess under(String... command) {
        prefix.addAll(List.of(command));
        return this;
    }

    /** The most heap that it may have, as {@code 256m}. */
    PagetrailProcess heap(String most) {
        heap = most;
        return this;
    }

    /** Starts it with the launcher, or a link to it, rather than with the JDK that runs this. */
    PagetrailProcess through(Path launcherOrLink) {
        launcher = launcherOrLink;
        return this;
    }

    /** Runs it to its end. */
    Result run() throws IOException, InterruptedException {
        try (Running running = start()) {
            return running.end();
        }
    }

    /** Starts it; it ends with the block that holds it. */
    Running start() throws IOException {
        Path out = Files.createTempFile("pagetrail", ".out");
        Path err = Files.createTempFile("pagetrail", ".err");
        ProcessBuilder builder = new ProcessBuilder(command())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        builder.environment().keySet().retainAll(List.of("PATH", "PAGETRAIL_LOCKED"));
        if (home != null) {
            builder.environment().put("HOME", home.toString());
        }
        builder.environment().putAll(environment);
        return new Running(builder.start(), out, err);
    }

    private List<String> command() {
        String jar = System.getProperty(JAR);
        if (jar == null || !Files.isRegularFile(Path.of(jar))) {
            fail("no jar at " + jar + "; run this with mvn verify, which makes it first");
        }
        List<String> command = new ArrayList<>(prefix);
        if (launcher != null) {
            command.add(launcher.toString());
            command.addAll(arguments);
            return command;
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("-XX:-UsePerfData");
        if (heap != null) {
            command.add("-Xmx" + heap);
        }
        if (Runtime.version().feature() >= FIRST_TO_WARN_OF_UNSAFE) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        if (home != null) {
            command.add("-Duser.home=" + home);
        }
        if (temporary != null) {
            command.add("-Djava.io.tmpdir=" + temporary);
        }
        command.add("-jar");
        command.add(jar);
        command.addAll(arguments);
        return command;
    }

    /** Whether an interrupt reaches a child: it does not when this process was started with SIGINT ignored, as by nohup. */
    static boolean interruptsReachChildren() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .allMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & SIGINT_BIT) == 0);
    }

    /** A process that may still run. */
    static final class Running implements AutoCloseable {
        private final Process process;
        private final Path out;
        private final Path err;

        private Running(Process process, Path out, Path err) {
            this.process = process;
            this.out = out;
            this.err = err;
        }

        /** What Ctrl-C sends. */
        void interrupt() throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }

        /** What it has written to standard output up to now. */
        String outSoFar() {
            return text(out);
        }

        boolean runs() {
            return process.isAlive();
        }

        /** Waits for the end. */
        Result end() throws InterruptedException {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                fail("still runs after " + SECONDS + " s; wrote " + text(out) + text(err));
            }
            return new Result(process.exitValue(), text(out), text(err));
        }

        private static String text(Path file) {
            try {
                return Files.readString(file, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }
}

package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Any command in a process of its own, with no standard input and with what it writes kept apart.
 *
 * <p>It has the environment of the tests, but for what would make a JVM talk or look elsewhere. One that does not end in time
 * is killed, and the test fails with what it wrote until then.
 */
final class ChildProcess {
    /** Long enough for a loaded machine; no test passes or fails by being near it. */
    private static final long SECONDS = 120;

    private final ProcessBuilder builder;

    /** What a process left: its exit code and what it wrote. */
    record Ended(int exitCode, String out, String err, long pid) {}

    private ChildProcess(List<String> words) {
        builder = new ProcessBuilder(words);
        builder.environment()
                .keySet()
                .removeIf(name -> name.equals("JAVA_TOOL_OPTIONS")
                        || name.equals("JDK_JAVA_OPTIONS")
                        || name.equals("_JAVA_OPTIONS")
                        || name.startsWith("MAVEN_"));
    }

    static ChildProcess of(List<String> words) {
        return new ChildProcess(words);
    }

    /** Starts it in a directory. */
    ChildProcess in(Path directory) {
        builder.directory(directory.toFile());
        return this;
    }

    /** Sets a variable of its environment; null takes it away. */
    ChildProcess with(String name, String value) {
        Map<String, String> environment = builder.environment();
        if (value == null) {
            environment.remove(name);
        } else {
            environment.put(name, value);
        }
        return this;
    }

    /** Runs it to its end. */
    Ended run() {
        return start().end();
    }

    /** Starts it. */
    Running start() {
        try {
            File out = File.createTempFile("child", ".out");
            File err = File.createTempFile("child", ".err");
            builder.redirectInput(new File("/dev/null")).redirectOutput(out).redirectError(err);
            return new Running(builder.start(), out.toPath(), err.toPath(), builder.command());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process that was started; {@link #end} has to be called. */
    record Running(Process process, Path out, Path err, List<String> words) {
        /** Waits for its end. */
        Ended end() {
            try {
                boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
                if (!ended) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly().waitFor();
                }
                String written = Files.readString(out, StandardCharsets.UTF_8);
                String complained = Files.readString(err, StandardCharsets.UTF_8);
                Files.delete(out);
                Files.delete(err);
                if (!ended) {
                    fail(words + " did not end; it wrote:\n" + written + complained);
                }
                return new Ended(process.exitValue(), written, complained, process.pid());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}

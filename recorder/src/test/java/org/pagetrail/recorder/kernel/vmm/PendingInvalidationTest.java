package org.pagetrail.recorder.kernel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that forgets an invalidation is no program: the compiler of this project, with its checks, refuses it. */
class PendingInvalidationTest {
    private static final List<String> COMPILER_PACKAGES =
            List.of("api", "code", "comp", "file", "main", "model", "parser", "processing", "tree", "util");

    private static final Pattern DIAGNOSTIC = Pattern.compile("Kernel\\.java:(\\d+: \\w+: \\[\\w+\\])");

    @TempDir
    Path directory;

    private String output;

    private int compile(String statement) throws IOException, InterruptedException {
        Path source = Files.writeString(directory.resolve("Kernel.java"), """
                package org.pagetrail.recorder.kernel.vmm;

                final class Kernel {
                    private Kernel() {}

                    static void change(VirtualMemory memory, int page) {
                        %s
                    }
                }
                """.formatted(statement));
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
        for (String name : COMPILER_PACKAGES) {
            command.add("-J--add-exports=jdk.compiler/com.sun.tools.javac." + name + "=ALL-UNNAMED");
        }
        command.add("-J--add-opens=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED");
        command.add("-J--add-opens=jdk.compiler/com.sun.tools.javac.comp=ALL-UNNAMED");
        command.addAll(
                List.of("-XDcompilePolicy=simple", "--should-stop=ifError=FLOW", "-XDaddTypeAnnotationsToSymbol=true"));
        command.addAll(List.of("-Werror", "-Xplugin:ErrorProne", "-proc:none"));
        command.addAll(List.of("-processorpath", path, "-cp", path, "-d", directory.toString(), source.toString()));
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int status = process.waitFor();
        output = Files.readString(log);
        return status;
    }

    @Test
    void oneThatIsConsumedCompiles() throws IOException, InterruptedException {
        assertEquals(
                0, compile("memory.makeReadOnly(page).invalidate(); memory.unmap(page).leaveToFlush();"), () -> output);
    }

    /** All in one file, a line each: most of the time is the compiler's start. */
    @Test
    void oneThatIsIgnoredDoesNot() throws IOException, InterruptedException {
        assertNotEquals(0, compile("""
                memory.unmap(page);
                memory.makeReadOnly(page);
                memory.remap(page, 1, 3);
                """));
        assertEquals(
                List.of("7: error: [CheckReturnValue]", "8: error: [CheckReturnValue]", "9: error: [CheckReturnValue]"),
                DIAGNOSTIC
                        .matcher(output)
                        .results()
                        .map(found -> found.group(1))
                        .toList(),
                output);
    }

    @Test
    void norOneThatIsKeptAndForgotten() throws IOException, InterruptedException {
        assertNotEquals(0, compile("PendingInvalidation forgotten = memory.unmap(page);"));
        assertTrue(output.contains("[UnusedVariable]"), output);
    }
}

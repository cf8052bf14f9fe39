package org.pagetrail.traces;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files in the project that a test compares with what the code makes; {@code -Dgolden.update} writes them anew instead.
 */
public final class Golden {
    /** Surefire names the module's directory; other runners start in it. */
    private static final Path MODULE = Path.of(System.getProperty("basedir", ""));

    private Golden() {}

    /** A file by its path in the project, as {@code docs/events.md}. */
    public static Path inProject(String path) {
        return MODULE.resolve("..").resolve(path);
    }

    /** A file by its path in this module. */
    public static Path inModule(String path) {
        return MODULE.resolve(path);
    }

    /** Compares, or updates. */
    public static void assertIs(Path file, String made) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, made);
        }
        String kept = Files.exists(file) ? Files.readString(file) : "";
        assertEquals(
                kept,
                made,
                () -> file + " differs from what is made; see whether it should, then run with -Dgolden.update");
    }
}

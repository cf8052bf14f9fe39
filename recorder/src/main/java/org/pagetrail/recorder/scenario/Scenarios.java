package org.pagetrail.recorder.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The scenarios that come with the program, and those in files. */
public final class Scenarios {
    /** The scenario that is the boot alone. */
    public static final String BOOT = "boot";

    /** The scenario of who names none. */
    public static final String STANDARD = "desktop";

    /** What scenarios call the program that the user gives. */
    public static final String GIVEN = "program";

    /** The scenario that runs it. */
    public static final String PROGRAM = "program";

    /** What a recording of a reference stream calls its scenario. */
    public static final String STREAM = "accesses";

    private static final List<String> NAMES =
            List.of(BOOT, STANDARD, "fork-storm", "heap-churn", "stack-growth", "tlb-thrash", "oom", "idle");

    private Scenarios() {}

    /** The names of those that come with the program. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * One that comes with the program.
     *
     * @throws ScenarioException when there is none of this name
     */
    public static Scenario named(String name) {
        if (!NAMES.contains(name) && !name.equals(PROGRAM)) {
            throw new ScenarioException("scenario '" + name + "' is not known; use one of " + String.join(", ", NAMES));
        }
        String resource = name + ".yaml";
        try (InputStream in = Scenarios.class.getResourceAsStream(resource)) {
            return Scenario.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), resource);
        } catch (IOException e) {
            throw new IllegalStateException("the program's own files can be read", e);
        }
    }

    /**
     * One that comes with the program, else the one in a file of this path.
     *
     * @throws ScenarioException when there is neither, or the file says none
     */
    public static Scenario find(String nameOrFile) {
        if (NAMES.contains(nameOrFile)) {
            return named(nameOrFile);
        }
        Path file = Path.of(nameOrFile);
        if (!Files.exists(file)) {
            throw new ScenarioException(
                    "scenario '" + nameOrFile + "' is not known, nor is there such a file; use one of "
                            + String.join(", ", NAMES) + ", or name a file");
        }
        if (Files.isDirectory(file)) {
            throw new ScenarioException("scenario '" + nameOrFile + "' is a directory; name a file in it");
        }
        return Scenario.read(file);
    }
}

package org.pagetrail.traces.profile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.pagetrail.traces.yaml.YamlException;
import org.pagetrail.traces.yaml.YamlNode;

/** The machine profiles that come with the program, and those in files. */
public final class MachineProfiles {
    private static final List<String> NAMES = List.of("i486", "pentium", "p6", "skylake", "unit");

    private MachineProfiles() {}

    /** The names of those that come with the program, oldest processor first. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * One that comes with the program.
     *
     * @throws ProfileException when there is none of this name
     */
    public static MachineProfile named(String name) {
        if (!NAMES.contains(name)) {
            throw new ProfileException("profile '" + name + "' is not known; use one of " + String.join(", ", NAMES));
        }
        String resource = name + ".yaml";
        try (InputStream in = MachineProfiles.class.getResourceAsStream(resource)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return ProfileTree.read(YamlNode.parse(text, resource));
        } catch (IOException e) {
            throw new IllegalStateException("the program's own files can be read", e);
        }
    }

    /**
     * One that comes with the program, else the one in a file of this path.
     *
     * @throws ProfileException when there is neither, or the file says none
     */
    public static MachineProfile find(String nameOrFile) {
        if (NAMES.contains(nameOrFile)) {
            return named(nameOrFile);
        }
        Path file = Path.of(nameOrFile);
        if (!Files.exists(file)) {
            throw new ProfileException(
                    "profile '" + nameOrFile + "' is not known, nor is there such a file; use one of "
                            + String.join(", ", NAMES) + ", or name a file");
        }
        return read(file);
    }

    /**
     * The one in a file.
     *
     * @throws ProfileException when the file says none
     */
    public static MachineProfile read(Path file) {
        try {
            return ProfileTree.read(YamlNode.read(file));
        } catch (YamlException e) {
            throw new ProfileException(e.getMessage(), e);
        }
    }
}

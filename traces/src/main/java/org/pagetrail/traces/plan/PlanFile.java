package org.pagetrail.traces.plan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.pagetrail.traces.yaml.YamlException;
import org.pagetrail.traces.yaml.YamlNode;

/** Reads plans, and says what is wrong with them. */
public final class PlanFile {
    /** The plan that is followed when no other is named. */
    public static final String STANDARD = "higher-half-3g";

    private PlanFile() {}

    /**
     * The plan in a file.
     *
     * @throws PlanException when it cannot be used, with the first reason
     */
    public static Plan read(Path file) {
        try {
            return plan(YamlNode.read(file));
        } catch (YamlException e) {
            throw new PlanException(e.getMessage(), e);
        }
    }

    /** The plan {@link #STANDARD}. */
    public static Plan standard() {
        return plan(standardNode());
    }

    private static YamlNode standardNode() {
        String resource = STANDARD + ".yaml";
        try (InputStream in = PlanFile.class.getResourceAsStream(resource)) {
            return YamlNode.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "plans/" + resource);
        } catch (IOException e) {
            throw new IllegalStateException("the program's own files can be read", e);
        }
    }

    /** What lint has to say of the plan {@link #STANDARD}. */
    public static List<Finding> lintStandard() {
        return PlanLint.lint(PlanTree.read(standardNode()));
    }

    /**
     * What lint has to say of the plan in a file: all of it, in the order of its lines.
     *
     * @throws PlanException when it is no plan at all: no YAML, unknown keys, values that cannot be read
     */
    public static List<Finding> lint(Path file) {
        try {
            return PlanLint.lint(PlanTree.read(YamlNode.read(file)));
        } catch (YamlException e) {
            throw new PlanException(e.getMessage(), e);
        }
    }

    static Plan plan(YamlNode root) {
        try {
            PlanTree.Draft draft = PlanTree.read(root);
            for (Finding finding : PlanLint.lint(draft)) {
                if (finding.error()) {
                    throw new PlanException(finding.where() + ": " + finding.message());
                }
            }
            return draft.plan();
        } catch (YamlException e) {
            throw new PlanException(e.getMessage(), e);
        }
    }
}

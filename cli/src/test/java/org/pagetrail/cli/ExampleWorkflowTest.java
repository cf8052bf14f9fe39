package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example for GitHub Actions: CI runs its steps, taken out of it by a script that must see what a YAML parser sees. */
class ExampleWorkflowTest {
    private static final Path WORKFLOW = Path.of("..", "examples", "github-actions.yml");

    @TempDir
    Path temporary;

    private static List<String> commands() throws IOException {
        JsonNode workflow = new YAMLMapper().readTree(WORKFLOW.toFile());
        List<String> commands = new ArrayList<>();
        for (JsonNode job : workflow.get("jobs")) {
            for (JsonNode step : job.get("steps")) {
                assertTrue(step.has("run") != step.has("uses"), step::toString);
                if (step.has("run")) {
                    commands.add(step.get("run").asText().strip());
                }
            }
        }
        return commands;
    }

    @Test
    void theStepsThatCiRunsAreThoseOfTheWorkflow() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "bash", Path.of("..", ".ci", "steps").toString(), WORKFLOW.toString(), temporary.toString())
                .inheritIO()
                .start();
        assertEquals(0, process.waitFor());
        List<String> written = new ArrayList<>();
        try (Stream<Path> files = Files.list(temporary)) {
            for (Path file : files.sorted().toList()) {
                written.add(Files.readString(file).strip());
            }
        }
        assertEquals(commands(), written);
    }

    @Test
    void itRecordsVerifiesComparesAndUploads() throws IOException {
        String all = String.join("\n", commands());
        for (String part : List.of("record", "verify", "--format junit", "--format github", "diff", "traces/golden/")) {
            assertTrue(all.contains(part), part);
        }
        assertTrue(Files.readString(WORKFLOW).contains("uses: actions/upload-artifact@"));
    }
}

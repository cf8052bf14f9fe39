package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.analyzer.doctored.Damages;
import org.pagetrail.analyzer.doctored.Damages.Damage;

class VerifyCommandTest {
    private static final String GOLDEN =
            Path.of("..", "traces", "golden", "boot-unit.jsonl").toString();

    /** How many invariants there are. */
    private static final int RULES = 40;

    @TempDir
    Path temporary;

    private final Program program = new Program();

    private String out(String name) {
        return temporary.resolve(name).toString();
    }

    private String doctored(String rule) {
        Damage damage = Damages.all().stream()
                .filter(one -> one.violates() && one.rule().equals(rule))
                .findFirst()
                .orElseThrow();
        Path file = temporary.resolve(rule + ".jsonl");
        damage.make().write(file);
        return file.toString();
    }

    @Test
    void aCleanTraceEndsWithZeroAndSaysNothingOnStandardError() throws IOException {
        assertEquals(ExitCodes.CLEAN, program.run("verify", GOLDEN, "-o", out("v")), program.error());
        assertEquals("", program.error());
        assertTrue(Files.readString(Path.of(out("v"))).matches("All [0-9]+ invariants hold over 2,689 events\\.\n"));
    }

    @Test
    void violationsInAFileAreSummedUpOnStandardError() {
        assertEquals(ExitCodes.FINDINGS, program.run("verify", doctored("LAY003"), "-o", out("v")));
        assertEquals(1, program.error().lines().count(), program.error());
        assertTrue(
                program.error().contains("1 violation of 1 invariant (1 error)")
                        && program.error().contains(out("v")),
                program.error());
    }

    @Test
    void failOnDecidesTheExitCodeAlone() {
        String warning = doctored("ENT003");
        assertEquals(ExitCodes.FINDINGS, program.run("verify", warning, "-o", out("1")));
        assertEquals(ExitCodes.FINDINGS, program.run("verify", warning, "--fail-on", "warning", "-o", out("2")));
        assertEquals(ExitCodes.CLEAN, program.run("verify", warning, "--fail-on", "error", "-o", out("3")));
        String defect = doctored("LAY004");
        assertEquals(ExitCodes.FINDINGS, program.run("verify", defect, "--fail-on", "error", "-o", out("4")));
        assertEquals(ExitCodes.CLEAN, program.run("verify", defect, "--fail-on", "never", "-o", out("5")));
    }

    @Test
    void onlyAndExceptChooseByIdOrFamily() throws IOException {
        String trace = doctored("LAY004");
        assertEquals(ExitCodes.CLEAN, program.run("verify", trace, "--except", "LAY004", "-o", out("1")));
        assertEquals(ExitCodes.CLEAN, program.run("verify", trace, "--except", "LAY", "-o", out("2")));
        assertEquals(ExitCodes.CLEAN, program.run("verify", trace, "--only", "TLB,LAY003", "-o", out("3")));
        assertEquals(
                ExitCodes.FINDINGS,
                program.run("verify", trace, "--only", "LAY", "--except", "LAY003", "-o", out("4")));
        assertEquals(
                ExitCodes.FINDINGS,
                program.run("verify", trace, "--only", "LAY004", "--format", "json", "-o", out("5")));
        JsonNode json = new ObjectMapper().readTree(Path.of(out("5")).toFile());
        assertEquals("[\"LAY004\"]", json.get("checked").toString());
    }

    @Test
    void rulesAreShownWithoutATrace() throws IOException {
        assertEquals(ExitCodes.CLEAN, program.run("verify", "--list-rules", "-o", out("list")));
        List<String> lines = Files.readAllLines(Path.of(out("list")));
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80));
        assertEquals(
                RULES,
                lines.stream()
                        .filter(line -> line.matches("[A-Z]{3}[0-9]{3}  .*"))
                        .count());
        assertEquals(ExitCodes.CLEAN, program.run("verify", "--explain-rule", "TLB002", "-o", out("one")));
        assertTrue(Files.readString(Path.of(out("one"))).startsWith("TLB002 error\n"));
        assertEquals(ExitCodes.CLEAN, program.run("verify", "--list-rules", "--format", "json", "-o", out("json")));
        assertEquals(
                RULES,
                new ObjectMapper()
                        .readTree(Path.of(out("json")).toFile())
                        .get("rules")
                        .size());
    }

    @Test
    void mistakesAreUsageErrors() {
        program.assertRefused(ExitCodes.USAGE, "name a TRACE", "verify");
        program.assertRefused(ExitCodes.USAGE, "LAY999", "verify", GOLDEN, "--only", "LAY999");
        program.assertRefused(ExitCodes.USAGE, "LA", "verify", GOLDEN, "--except", "LA");
        program.assertRefused(ExitCodes.USAGE, "TLB", "verify", "--explain-rule", "TLB");
        program.assertRefused(ExitCodes.USAGE, "junit", "verify", "--list-rules", "--format", "junit");
        program.assertRefused(ExitCodes.USAGE, "--fail-on", "verify", GOLDEN, "--fail-on", "sometimes");
        program.assertRefused(ExitCodes.USAGE, "--format", "verify", GOLDEN, "--format", "xml");
    }

    @Test
    void whatIsThereIsNotOverwritten() throws IOException {
        Path kept = Files.writeString(temporary.resolve("kept"), "mine");
        program.assertRefused(ExitCodes.USAGE, "kept", "verify", GOLDEN, "-o", kept.toString());
        assertEquals("mine", Files.readString(kept));
    }

    @Test
    void anInterruptedRecordingIsJudgedAsFarAsItGoes() {
        Path trace = Program.interrupted(temporary.resolve("interrupted"), 1_000);
        assertEquals(ExitCodes.CLEAN, program.run("verify", trace.toString(), "-o", out("v")), program.error());
    }

    @Test
    void anIncompleteTraceIsRefusedBeforeAnythingIsJudged() throws IOException {
        Path cut = temporary.resolve("cut.jsonl");
        Files.write(cut, Files.readAllLines(Path.of(GOLDEN)).subList(0, 1_000));
        program.assertRefused(ExitCodes.TRACE, "incomplete", "verify", cut.toString(), "-o", out("v"));
        assertFalse(Files.exists(Path.of(out("v"))));
    }

    @Test
    void aDamagedTraceIsRefusedAndNothingIsWritten() throws IOException {
        Path damaged = temporary.resolve("damaged.jsonl");
        Files.writeString(damaged, Files.readString(Path.of(GOLDEN)).replace("\"ordinal\":1500,", "\"ordinal\":1501,"));
        program.assertRefused(ExitCodes.TRACE, "ordinal", "verify", damaged.toString(), "-o", out("v"));
        assertFalse(Files.exists(Path.of(out("v"))));
        program.assertRefused(ExitCodes.TRACE, "no-such", "verify", "no-such-trace");
    }
}

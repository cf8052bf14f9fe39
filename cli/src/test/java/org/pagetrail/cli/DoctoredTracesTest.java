package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestCase;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.SurefireReportParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pagetrail.analyzer.doctored.Damages;
import org.pagetrail.analyzer.doctored.Damages.Damage;

/** Golden traces with one defect each, as verify reports them. */
class DoctoredTracesTest {
    @TempDir
    Path temporary;

    private String trace;

    static Stream<Damage> defects() {
        return Damages.all().stream().filter(Damage::violates);
    }

    static Stream<Damage> nearMisses() {
        return Damages.all().stream().filter(damage -> !damage.violates());
    }

    @BeforeEach
    void nameATrace() {
        trace = temporary.resolve("doctored.jsonl").toString();
    }

    private String verify(int code, String format) throws IOException {
        Path file = temporary.resolve(format + ".out");
        assertEquals(code, Main.run("verify", trace, "--format", format, "-o", file.toString()));
        return Files.readString(file);
    }

    @ParameterizedTest
    @MethodSource("defects")
    void aDefectIsFoundByItsRuleAloneInEveryForm(Damage damage) throws IOException {
        damage.make().write(Path.of(trace));
        Set<String> expected = Set.of(damage.rule());

        JsonNode json = new ObjectMapper().readTree(verify(ExitCodes.FINDINGS, "json"));
        Set<String> inJson = new TreeSet<>();
        json.get("violations")
                .forEach(violation -> inJson.add(violation.get("rule").asText()));
        assertEquals(expected, inJson);

        Set<String> inText = verify(ExitCodes.FINDINGS, "text")
                .lines()
                .filter(line -> line.matches("[A-Z]{3}[0-9]{3} (error|warning)"))
                .map(line -> line.substring(0, 6))
                .collect(Collectors.toSet());
        assertEquals(expected, inText);

        verify(ExitCodes.FINDINGS, "junit");
        Path reports = Files.createDirectory(temporary.resolve("reports"));
        Files.copy(temporary.resolve("junit.out"), reports.resolve("TEST-verify.xml"));
        List<ReportTestSuite> suites =
                new SurefireReportParser(List.of(reports.toFile()), new NullConsoleLogger()).parseXMLReportFiles();
        Set<String> inJUnit = suites.stream()
                .flatMap(suite -> suite.getTestCases().stream())
                .filter(ReportTestCase::hasFailure)
                .map(ReportTestCase::getFailureType)
                .collect(Collectors.toSet());
        assertEquals(expected, inJUnit);

        Set<String> inGitHub = verify(ExitCodes.FINDINGS, "github")
                .lines()
                .filter(line -> line.startsWith("::"))
                .map(line -> line.replaceAll("^::(?:error|warning) title=([A-Z]{3}[0-9]{3}) .*", "$1"))
                .collect(Collectors.toSet());
        assertEquals(expected, inGitHub);
        assertTrue(verify(ExitCodes.FINDINGS, "markdown").contains("\n| " + damage.rule() + " | "));
    }

    @ParameterizedTest
    @MethodSource("nearMisses")
    void whatComesNearIsClean(Damage damage) throws IOException {
        damage.make().write(Path.of(trace));
        assertTrue(verify(ExitCodes.CLEAN, "text").startsWith("All "));
    }
}

package org.pagetrail.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestCase;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.SurefireReportParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.analyzer.verify.Verdict;

class VerdictReportsTest {
    private static final long SEED = 20_261_123;
    private static final Invariant ERROR =
            new Invariant("AAA001", Severity.ERROR, "An error holds: always, 100%.", "Because.", "a source", "always");
    private static final Invariant WARNING =
            new Invariant("BBB002", Severity.WARNING, "A warning holds.", "Because.", "a source", "always");
    private static final Invariant KEPT =
            new Invariant("CCC003", Severity.ERROR, "This one holds.", "Because.", "a source", "always");

    @TempDir
    Path temporary;

    private static Violation violation(Invariant invariant, String expected, String found) {
        return new Violation(
                invariant,
                12_345,
                678,
                "S5",
                0x400,
                0xc040_0000L,
                4096,
                "kernel-heap",
                expected,
                found,
                new Violation.Cause(12_000, "page-unmapped"),
                "INVLPG of 0xc0400000",
                3);
    }

    private static Violation bare(Invariant invariant) {
        return new Violation(
                invariant, 7, 8, null, Violation.NONE, Violation.NONE, 0, null, "this", "that", null, null, 1);
    }

    private static Verdict verdict(Violation... violations) {
        return new Verdict(List.of(ERROR, WARNING, KEPT), List.of(violations), 20_000, 900);
    }

    @Test
    void textShowsAllEvidenceInEightyColumns() {
        String text = VerdictText.of(verdict(violation(ERROR, "a ".repeat(60) + "b", "something else")));
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        for (String part : List.of(
                "AAA001 error",
                "An error holds: always, 100%.",
                "event 12,345, tick 678, phase S5",
                "0xc0400000-0xc0400fff (4 KB) in kernel-heap, directory",
                "something else",
                "event 12,000, page-unmapped",
                "INVLPG of 0xc0400000",
                "3 times",
                "1 violation of 1 invariant (1 error); 2 of 3 hold over 20,000 events.")) {
            assertTrue(text.contains(part), part + " in " + text);
        }
    }

    @Test
    void textLeavesOutWhatThereIsNone() {
        String text = VerdictText.of(verdict(bare(WARNING), bare(ERROR)));
        for (String label : List.of("where", "cause", "missing", "seen")) {
            assertFalse(text.contains(label), label + " in " + text);
        }
        assertTrue(text.contains("outside of any phase"), text);
        assertTrue(
                text.endsWith("2 violations of 2 invariants (1 error, 1 warning); 1 of 3 hold over 20,000\nevents.\n"),
                text);
    }

    @Test
    void aCleanVerdictIsOneSentenceForPeople() {
        assertEquals("All 3 invariants hold over 20,000 events.\n", VerdictText.of(verdict()));
        assertEquals("All 3 invariants hold over 20,000 events.\n", VerdictGitHub.of(verdict()));
        assertEquals("All 3 invariants hold over 20,000 events.\n", VerdictMarkdown.of(verdict()));
    }

    @Test
    void jsonHasEveryFieldAndNullForWhatThereIsNone() {
        JsonNode json = VerdictJson.of(verdict(violation(ERROR, "this", "that"), bare(WARNING)));
        assertEquals(
                "{\"rule\":\"AAA001\",\"severity\":\"error\",\"ordinal\":12345,\"tick\":678,\"phase\":\"S5\","
                        + "\"directory\":\"0x00400000\",\"linear\":\"0xc0400000\",\"bytes\":4096,\"region\":\"kernel-heap\",\"expected\":\"this\","
                        + "\"found\":\"that\",\"cause\":{\"ordinal\":12000,\"event\":\"page-unmapped\"},"
                        + "\"missing\":\"INVLPG of 0xc0400000\",\"count\":3}",
                json.get("violations").get(0).toString());
        assertEquals(
                "{\"rule\":\"BBB002\",\"severity\":\"warning\",\"ordinal\":7,\"tick\":8,\"phase\":null,"
                        + "\"directory\":null,\"linear\":null,\"bytes\":0,\"region\":null,\"expected\":\"this\",\"found\":\"that\","
                        + "\"cause\":null,\"missing\":null,\"count\":1}",
                json.get("violations").get(1).toString());
        assertEquals("[\"AAA001\",\"BBB002\",\"CCC003\"]", json.get("checked").toString());
        assertEquals(20_000, json.get("events").asLong());
        assertEquals(900, json.get("lastTick").asLong());
    }

    private List<ReportTestCase> parsed(String report) throws IOException {
        Path directory = Files.createTempDirectory(temporary, "reports");
        Files.writeString(directory.resolve("TEST-verify.xml"), report);
        List<ReportTestSuite> suites =
                new SurefireReportParser(List.of(directory.toFile()), new NullConsoleLogger()).parseXMLReportFiles();
        return suites.stream().flatMap(suite -> suite.getTestCases().stream()).toList();
    }

    private static long failures(List<ReportTestCase> cases) {
        return cases.stream().filter(ReportTestCase::hasFailure).count();
    }

    private static ReportTestCase named(List<ReportTestCase> cases, String id) {
        return cases.stream()
                .filter(one -> one.getName().startsWith(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aJUnitParserReadsATestCaseForEachInvariant() throws IOException {
        List<ReportTestCase> cases = parsed(VerdictJUnit.of(
                verdict(violation(ERROR, "a < b & \"c\"", "]]> 'd'"), bare(ERROR), bare(WARNING)), Severity.WARNING));
        assertEquals(3, cases.size());
        assertEquals(2, failures(cases));
        assertTrue(cases.stream().noneMatch(ReportTestCase::hasError));
        ReportTestCase error = named(cases, "AAA001");
        assertEquals("AAA001 An error holds: always, 100%.", error.getName());
        assertEquals("AAA001", error.getFailureType());
        assertEquals("expected a < b & \"c\"; found ]]> 'd', and 1 more", error.getFailureMessage());
        assertTrue(error.getFailureDetail().contains("missing: INVLPG of 0xc0400000"), error.getFailureDetail());
        assertTrue(error.getFailureDetail().contains("expected: this"), error.getFailureDetail());
        assertNull(named(cases, "CCC003").getFailureMessage());
    }

    @Test
    void whatIsNotToFailTheBuildFailsNoTestCase() throws IOException {
        Verdict verdict = verdict(bare(WARNING));
        assertEquals(1, failures(parsed(VerdictJUnit.of(verdict, Severity.WARNING))));
        assertEquals(0, failures(parsed(VerdictJUnit.of(verdict, Severity.ERROR))));
        assertEquals(0, failures(parsed(VerdictJUnit.of(verdict(bare(ERROR)), null))));
        assertTrue(VerdictJUnit.of(verdict, Severity.ERROR).contains("found: that"), "it is told all the same");
    }

    @Test
    void whateverTextsAreFoundTheJUnitReportCanBeRead() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < 200; i++) {
            String text = random.ints(12, 0, 0x2_0000)
                    .boxed()
                    .map(Character::toString)
                    .reduce("", String::concat);
            String report = VerdictJUnit.of(verdict(violation(ERROR, text, text)), Severity.WARNING);
            assertEquals(1, failures(parsed(report)), "seed " + SEED + ", text " + i);
        }
    }

    /** What the runner makes of a workflow command: command, properties, message; null when the line is none. */
    private static List<String> unescaped(String line) {
        if (!line.startsWith("::")) {
            return null;
        }
        int end = line.indexOf("::", 2);
        String head = line.substring(2, end);
        int space = head.indexOf(' ');
        List<String> parts = new ArrayList<>(List.of(head.substring(0, space)));
        for (String property : head.substring(space + 1).split(",", -1)) {
            parts.add(unescape(property));
        }
        parts.add(unescape(line.substring(end + 2)));
        return parts;
    }

    private static String unescape(String text) {
        return text.replace("%3A", ":")
                .replace("%2C", ",")
                .replace("%0D", "\r")
                .replace("%0A", "\n")
                .replace("%25", "%");
    }

    @Test
    void anAnnotationIsOneLineThatTheRunnerReadsBack() {
        String expected = "50%: a,b\r\n::error::fake";
        List<String> lines = VerdictGitHub.of(verdict(violation(ERROR, expected, "x"), bare(WARNING)))
                .lines()
                .toList();
        assertEquals(3, lines.size());
        List<String> error = unescaped(lines.get(0));
        assertEquals(List.of("error", "title=AAA001 An error holds: always, 100%."), error.subList(0, 2));
        assertEquals(3, error.size());
        assertTrue(error.get(2).contains("expected: " + expected), error.get(2));
        assertEquals("warning", unescaped(lines.get(1)).get(0));
        assertNull(unescaped(lines.get(2)));
    }

    @Test
    void markdownCellsHoldAnyText() {
        String text = VerdictMarkdown.of(verdict(violation(ERROR, "a|b `c`\nd <script> *e* _f_ [g](h) &amp;", "x")));
        String row = text.lines()
                .filter(line -> line.startsWith("| AAA001"))
                .findFirst()
                .orElseThrow();
        assertTrue(row.contains("a\\|b \\`c\\` d &lt;script\\> \\*e\\* \\_f\\_ \\[g\\](h) &amp;amp;"), row);
        assertEquals(8, row.replace("\\|", "").chars().filter(c -> c == '|').count());
    }

    @Test
    void rulesAreListedAndExplained() {
        String list = VerdictText.list(List.of(ERROR, WARNING));
        assertTrue(list.contains("AAA001  error    An error holds"), list);
        assertTrue(list.contains("BBB002  warning  A warning holds"), list);
        String explained = VerdictText.explain(ERROR);
        for (String part : List.of("AAA001 error", "holds", "Because.", "a source", "always")) {
            assertTrue(explained.contains(part), part);
        }
        assertEquals(
                "BBB002",
                VerdictJson.list(List.of(ERROR, WARNING))
                        .get("rules")
                        .get(1)
                        .get("rule")
                        .asText());
    }
}

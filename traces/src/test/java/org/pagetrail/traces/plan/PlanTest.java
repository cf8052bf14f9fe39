package org.pagetrail.traces.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.traces.yaml.YamlException;
import org.pagetrail.traces.yaml.YamlNode;

class PlanTest {
    private static final long SEED = 20_260_102;

    private static String resource(String name) throws IOException {
        try (InputStream in = PlanTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String standard() throws IOException {
        return resource("higher-half-3g.yaml");
    }

    private static List<Finding> lint(String yaml) {
        return PlanLint.lint(PlanTree.read(YamlNode.parse(yaml, "p.yaml")));
    }

    private static List<String> ids(List<Finding> findings) {
        return findings.stream().map(Finding::id).toList();
    }

    @Test
    void thePlanThatComesWithTheProgramHasNothingWrongWithIt() throws IOException {
        assertEquals(List.of(), lint(standard()));
        assertEquals(List.of(), PlanFile.lintStandard());
    }

    @Test
    void thePlanDecidesTheAddressesAndSizes() {
        Plan plan = PlanFile.standard();
        assertEquals(4096, plan.region("page-directory").size());
        assertEquals((4 << 20) - 4096, plan.region("page-tables").size());
        assertEquals(8 << 20, plan.region("kernel-stack").size());
        assertEquals(1008 << 20, plan.region("kernel-heap").size());
        assertEquals(4 << 20, plan.region("kernel-image").size());
        assertEquals(8 << 20, plan.region("user-stack").size());
        assertEquals(2040L << 20, plan.region("shared-libraries").size());
        assertEquals(0xff40_0000L, plan.region("kernel-stack").guard());
        assertEquals(0x0804_8000L, plan.region("user-image").first());
        assertEquals(1L << 30, plan.kernelLast() - plan.kernelFirst() + 1);
        assertEquals(64L << 20, plan.ram().standard());
        assertEquals(16L << 20, plan.ram().preallocateFrom());
        assertEquals(1023, plan.recursiveSlot());
        assertEquals(List.of(768, 1021, 1022), plan.kernelTables().neverLazy());
        assertTrue(plan.kernelTables().preallocated());
        assertFalse(plan.identityKept());
        assertThrows(IllegalStateException.class, () -> plan.region("user-heap").size());
    }

    @Test
    void anAddressIsFoundInItsRegion() {
        Plan plan = PlanFile.standard();
        assertEquals("kernel-image", plan.regionAt(0xc000_0000L).id());
        assertEquals("kernel-image", plan.regionAt(0xc03f_ffffL).id());
        assertEquals("kernel-heap", plan.regionAt(0xc040_0000L).id());
        assertEquals("page-directory", plan.regionAt(0xffff_ffffL).id());
        assertNull(plan.regionAt(0));
        // Where the image ends and the heap begins is the program's to say.
        assertNull(plan.regionAt(0x0805_0000));
        assertNull(plan.regionAt(0x0805_0000, Region.OPEN));
        assertEquals("user-image", plan.regionAt(0x0804_8000, 0x0805_0000).id());
        assertEquals("user-image", plan.regionAt(0x0804_ffff, 0x0805_0000).id());
        assertEquals("user-heap", plan.regionAt(0x0805_0000, 0x0805_0000).id());
        assertEquals("user-heap", plan.regionAt(0x3fff_ffff, 0x0805_0000).id());
        assertEquals("shared-libraries", plan.regionAt(0x4000_0000, 0x0805_0000).id());
        assertNull(plan.regionAt(0x0804_7fff, 0x0805_0000));
    }

    @Test
    void aPlanComesBackFromItsJsonAndItsDigestIsThatOfItsJson() {
        Plan plan = PlanFile.standard();
        Plan back = Plan.fromJson(plan.toJson());
        assertEquals(plan, back);
        assertEquals(plan.digest(), back.digest());
        assertEquals(64, plan.digest().length());
    }

    @Test
    void lintNamesEachOfTheSixContradictionsOfTheNoteAndNothingElse() throws IOException {
        List<Finding> findings = lint(resource("as-noted.yaml"));
        assertEquals(
                List.of(
                        "kernel-space-size",
                        "window-counts-directory",
                        "stack-bottom",
                        "region-size",
                        "region-size",
                        "end-as-size"),
                ids(findings),
                findings.toString());
        assertTrue(findings.get(0).message().contains("the upper 1 GB"));
        assertTrue(findings.get(1).message().contains("4,092 KB"));
        assertTrue(findings.get(2).message().contains("above its top"));
        assertTrue(findings.get(3).message().contains("1,008 MB"));
        assertTrue(findings.get(4).message().contains("2,040 MB"));
        assertTrue(findings.get(5).message().contains("less than 896 MB"));
        for (Finding finding : findings) {
            assertFalse(finding.error(), finding.toString());
            assertTrue(
                    finding.toString().startsWith("p.yaml:" + finding.line() + ":" + finding.column() + ": "),
                    finding.toString());
            assertTrue(finding.line() > 1 && finding.column() > 1, finding.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "last: 0xff3fffff | last: 0xff4fffff | region-overlap",
                "first: 0xc0400000 | first: 0xc0500000 | gap",
                "first: 0xc0400000 | first: 0xc0400800 | region-alignment",
                "last: 0xbf7fffff | last: 0xbf7ff000 | region-alignment",
                "first: 0xbf800000 | first: 0xcf800000 | region-bounds",
                "id: user-stack | id: kernel-heap | duplicate-region",
                "id: kernel-heap | id: kernel-hoard | missing-region",
                "recursive-slot: 1023 | recursive-slot: 1022 | recursive-slot",
                "guard: 0xff400000 | guard: 0xff300000 | guard",
                "slice: 64 KB | slice: 1000 | slice",
                "never-lazy: [768, 1021, 1022] | never-lazy: [768] | never-lazy",
                "temporary-slot: 0xff3ff000 | temporary-slot: 0xff4ff000 | temporary-slot",
                "size: 3 GB, physical | size: 3000 KB, physical | boot-alignment",
                "physical: 0x00000000, page: 4 MB}\\n  - | physical: 0x00000000, page: 4 KB}\\n  - | boot-page-size",
                "{step: B2, first: 0xc0000000 | {step: B2, first: 0xc0400000 | kernel-mapping",
                "id: S1 | id: S9 | steps",
                "what: modules | what: kernel | locks",
                "minimum: 8 MB | minimum: 80 MB | ram",
                "kernel-space: {first: 0xc0000000 | kernel-space: {first: 0xc0001000 | kernel-space",
                "size: 8 MB, rights: rw-u | size: 9 MB, rights: rw-u | region-size",
            })
    void lintFindsWhatIsWrong(String right, String wrong, String id) throws IOException {
        String from = right.replace("\\n", "\n");
        String changed = standard().replace(from, wrong.replace("\\n", "\n"));
        assertFalse(changed.equals(standard()), "the plan has no '" + right + "'");
        List<Finding> findings = lint(changed);
        assertTrue(ids(findings).contains(id), findings.toString());
        findings.forEach(finding -> assertTrue(finding.line() > 0, finding.toString()));
    }

    @Test
    void anErrorMakesThePlanUnusableAndNamesFileLineAndColumn() throws IOException {
        String overlapping = standard().replace("last: 0xff3fffff", "last: 0xff4fffff");
        PlanException refused =
                assertThrows(PlanException.class, () -> PlanFile.plan(YamlNode.parse(overlapping, "p.yaml")));
        assertTrue(refused.getMessage().matches("p\\.yaml:\\d+:\\d+: region .*overlaps.*"), refused.getMessage());
    }

    @Test
    void anUnknownKeyIsNamedWithItsLineAndColumn() throws IOException {
        String unknown = standard().replace("temporary-slot:", "temporal-slot:");
        PlanException refused =
                assertThrows(PlanException.class, () -> PlanFile.plan(YamlNode.parse(unknown, "p.yaml")));
        int line = 1
                + (int) unknown.substring(0, unknown.indexOf("temporal-slot"))
                        .lines()
                        .count();
        assertTrue(
                refused.getMessage().startsWith("p.yaml:" + line + ":1: unknown key 'temporal-slot'"),
                refused.getMessage());
    }

    @Test
    void aDamagedPlanIsOnlyEverRefusedInOneLine() throws IOException {
        String text = standard();
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> pieces = List.of(
                "{", "}", "[", "]", ":", "-", "\n", " ", "0x", "9999999999999", "'", "\"", "&a", "*a", "\t", "null");
        for (int i = 0; i < 1500; i++) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(6));
            String damaged = text.substring(0, at) + pieces.get(random.nextInt(pieces.size())) + text.substring(end);
            try {
                lint(damaged);
            } catch (YamlException e) {
                assertFalse(e.getMessage().contains("\n"), "seed " + SEED + ", round " + i + ": " + e.getMessage());
            }
        }
    }

    @Test
    void theTableShowsEveryRegionStepAndSize() {
        Plan plan = PlanFile.standard();
        String table = PlanTable.render(plan);
        List<String> missing = new ArrayList<>();
        plan.regions().stream()
                .map(Region::id)
                .filter(id -> !table.contains(id))
                .forEach(missing::add);
        plan.steps().stream()
                .map(Plan.Step::title)
                .filter(title -> !table.contains(title))
                .forEach(missing::add);
        assertEquals(List.of(), missing);
        assertTrue(table.contains("1,008 MB") && table.contains("2,040 MB") && table.contains("4,092 KB"), table);
        assertTrue(table.lines().allMatch(line -> line.length() <= 130 && line.equals(line.stripTrailing())), table);
    }
}

package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.analyzer.verify.Verdict;
import org.pagetrail.analyzer.verify.Verifier;
import org.pagetrail.traces.event.TraceReader;

/** A clean boot, however it is recorded, is found clean. */
class VerifiedBootTest {
    private static final int MODULE_BYTES = 5 << 20;

    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({
        "identity-map: dropped, identity-map: kept",
        "strategy: preallocated, strategy: lazy",
        "global-pages: kernel, global-pages: none",
        "size: 3 GB, size: 1 GB",
        "slice: 64 KB, slice: 32 KB"
    })
    void aCleanBootOfAnotherPlanHoldsEveryInvariant(String right, String other) throws IOException {
        String standard = Files.readString(Path.of("..", "plans", "higher-half-3g.yaml"));
        assertTrue(standard.contains(right), right);
        Path plan = Files.writeString(temporary.resolve("plan.yaml"), standard.replaceFirst(right, other));
        assertClean(List.of("--plan", plan.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "pentium, 64M, 0",
        "p6, 64M, 0",
        "skylake, 64M, 0",
        "unit, 64M, 0",
        "p6, 8M, 0",
        "p6, 12M, 1",
        "skylake, 15M, 1",
        "p6, 64M, 2",
        "unit, 128M, 2",
        "pentium, 3G, 1",
        "skylake, 4095M, 0"
    })
    void aCleanBootHoldsEveryInvariant(String profile, String ram, int modules) throws IOException {
        List<String> options = new ArrayList<>(List.of("--profile", profile, "--ram", ram));
        for (int i = 0; i < modules; i++) {
            Path module = Files.write(temporary.resolve("module" + i), new byte[MODULE_BYTES]);
            options.addAll(List.of("--module", module.toString()));
        }
        assertClean(options);
    }

    @Test
    void aMachineOfOnesOwnIsRecordedJudgedAndReplayedFromTheHeader() throws IOException {
        String unit =
                Files.readString(Path.of("..", "traces/src/main/resources/org/pagetrail/traces/profile", "unit.yaml"));
        Path profile = Files.writeString(
                temporary.resolve("mine.yaml"),
                unit.replace("name: unit", "name: mine").replace("walkReference: 1", "walkReference: 5"));
        assertClean(List.of("--profile", profile.toString()));
        Files.delete(profile);
        Path trace = temporary.resolve("boot");
        Path out = temporary.resolve("out");
        assertEquals(ExitCodes.CLEAN, Main.run("replay", "--check", trace.toString(), "-o", out.toString()));
        assertEquals(ExitCodes.CLEAN, Main.run("info", trace.toString(), "-o", out + "2"));
        assertTrue(Files.readString(Path.of(out + "2")).contains("mine"));
    }

    private void assertClean(List<String> options) {
        Path trace = temporary.resolve("boot");
        List<String> arguments = new ArrayList<>(List.of("record", "-q", "-o", trace.toString(), "--scenario", "boot"));
        arguments.addAll(options);
        assertEquals(ExitCodes.CLEAN, Main.run(arguments.toArray(String[]::new)));
        try (TraceReader reader = Traces.open(trace)) {
            Verdict verdict = Verifier.verify(reader, invariant -> true);
            assertEquals(List.of(), verdict.violations());
            assertTrue(verdict.checked().size() >= 32);
        }
    }
}

package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformCommandTest {
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final Path ORACLE = Path.of("..", "..", "shared", "oracle");

    @TempDir
    Path temporary;

    private final Program program = new Program();
    private int outputs;

    private String conform(int code, Object... arguments) throws IOException {
        Path out = temporary.resolve("out" + outputs++);
        List<String> all = new ArrayList<>(List.of("conform", "-o", out.toString()));
        for (Object argument : arguments) {
            all.add(argument.toString());
        }
        assertEquals(code, program.run(all.toArray(String[]::new)), program.error());
        return Files.readString(out);
    }

    @Test
    void theExampleTableAgrees() throws IOException {
        assertEquals("15 of 15 rows agree.\n", conform(ExitCodes.CLEAN, EXAMPLES.resolve("walks.csv")));
    }

    @Test
    void aRowThatDiffersIsShownWithBothSides() throws IOException {
        String right = Files.readString(EXAMPLES.resolve("walks.csv"));
        Path table = Files.writeString(temporary.resolve("t.csv"), right.replace("0000000f", "0000000e"));
        assertEquals("""
                row 13: write at CPL 3, PDE 00e00087, PTE 00000000, CR4 00000010, WP
                    expected err 0000000e; found err 0000000f
                14 of 15 rows agree.
                """, conform(ExitCodes.FINDINGS, table));
        JsonNode json = new ObjectMapper().readTree(conform(ExitCodes.FINDINGS, table, "--format", "json"));
        assertEquals(14, json.get("agree").asInt());
        assertEquals(13, json.get("differences").get(0).get("id").asInt());
        Path except = Files.write(
                temporary.resolve("e.csv"),
                List.of("id,column,expected,reason", "13,err,0000000f,P goes with RSVD", "1,err,,for nothing"));
        assertEquals("""
                15 of 15 rows agree, 1 of them as the exceptions say.
                Exceptions of no use: 1, the first for row 1.
                """, conform(ExitCodes.CLEAN, table, "--except", except));
    }

    @Test
    void mistakesAreUsageErrors() throws IOException {
        Path table = Files.writeString(temporary.resolve("t.csv"), "id,wp\n1,2\n");
        program.assertRefused(ExitCodes.USAGE, "t.csv:1:6: no column pse", "conform", table.toString());
        program.assertRefused(ExitCodes.USAGE, "no such file", "conform", "no-such-table");
        program.assertRefused(
                ExitCodes.USAGE,
                "no column column",
                "conform",
                EXAMPLES.resolve("walks.csv").toString(),
                "--except",
                table.toString());
    }

    @Test
    void anEmulatorsTableOfWalksAgreesButForItsKnownDeviations() throws IOException {
        Path table = ORACLE.resolve("paging-oracle.csv");
        assumeTrue(Files.exists(table), "the table is beside the checkout");
        String with = conform(ExitCodes.CLEAN, table, "--except", EXAMPLES.resolve("qemu-7.2-deviations.csv"));
        assertTrue(with.startsWith("25,400 of 25,400 rows agree, 461 of them as the exceptions say.\n"), with);
        JsonNode without = new ObjectMapper().readTree(conform(ExitCodes.FINDINGS, table, "--format", "json"));
        assertEquals(461, without.get("differences").size());
    }

    @Test
    void anEmulatorsTableOfSecondAccessesAgreesWhereAFlushIsCertain() throws IOException {
        Path table = ORACLE.resolve("tlb-oracle.csv");
        assumeTrue(Files.exists(table), "the table is beside the checkout");
        assertTrue(conform(ExitCodes.CLEAN, "--tlb", table).startsWith("1,958 of 1,958 rows agree; 1,716 say nothing"));
    }
}

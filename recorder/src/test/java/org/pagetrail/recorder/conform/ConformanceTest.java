package org.pagetrail.recorder.conform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;

class ConformanceTest {
    private static final String WALK_COLUMNS =
            "id,wp,pse,pge,smep,smap,pde,pte,cpl,access,fault,err,cr2,pde_after,pte_after,hit";
    private static final String FLUSH_COLUMNS =
            "id,size,g,pge,entry0,cpl0,access0,fault0,err0,entry_mid,entry1,op,cpl1,"
                    + "access1,fault1,err1,entry_after,hit";
    private static final String GOOD = "1,1,1,0,0,0,00002007,00c03007,3,R,0,,,00002027,00c03027,A";
    private static final Path EXAMPLE = Path.of("..", "examples", "walks.csv");

    @TempDir
    Path temporary;

    private Path table(String... lines) throws IOException {
        return Files.write(temporary.resolve("table.csv"), List.of(lines));
    }

    private Result walks(Path table) {
        return Conformance.walks(table, Conformance.fullProfile(), Exceptions.NONE);
    }

    @Test
    void theExampleAgrees() {
        Result result = walks(EXAMPLE);
        assertEquals(List.of(), result.differences());
        assertEquals(15, result.rows());
    }

    @Test
    void eachColumnOfARowIsCompared() throws IOException {
        String[] wrong = {
            "1,1,1,0,0,0,00002007,00c03007,3,R,1,,,00002027,00c03027,A",
            "2,1,1,0,0,0,00002007,00c03007,3,R,0,00000004,,00002027,00c03027,A",
            "3,1,1,0,0,0,00002007,00c03007,3,R,0,,40003010,00002027,00c03027,A",
            "4,1,1,0,0,0,00002007,00c03007,3,R,0,,,00002007,00c03027,A",
            "5,1,1,0,0,0,00002007,00c03007,3,R,0,,,00002027,00c03067,A",
            "6,1,1,0,0,0,00002007,00c03007,3,R,0,,,00002027,00c03027,?"
        };
        List<String> lines = new ArrayList<>(List.of("# a comment", WALK_COLUMNS, GOOD));
        lines.addAll(List.of(wrong));
        Result result = walks(table(lines.toArray(String[]::new)));
        assertEquals(
                List.of(
                        "1 fault 1 fault 0",
                        "2 err 00000004 err none",
                        "3 cr2 40003010 cr2 none",
                        "4 pde_after 00002007 pde_after 00002027",
                        "5 pte_after 00c03067 pte_after 00c03027",
                        "6 hit ? hit A"),
                result.differences().stream()
                        .map(one -> one.id() + " " + one.expected() + " " + one.found())
                        .toList());
        assertEquals(4, result.differences().get(0).line());
    }

    /**
     * SDM volume 3A, table 4-4: the reserved bits of a 4 MB page's entry by the processor's features; each faults with P and RSVD,
     * each other bit of the address does not.
     */
    @ParameterizedTest
    @CsvSource({"true, true, 36, 17, 21", "true, true, 40, 21, 21", "true, false, 36, 13, 21", "false, true, 40, 21, 21"
    })
    void reservedBitsFollowFromTheFeatures(boolean pat, boolean pse36, int width, int first, int last)
            throws IOException {
        MachineProfile profile = Conformance.profile(new Features(true, true, pat, pse36, width, true, true));
        List<String> lines = new ArrayList<>(List.of(WALK_COLUMNS));
        for (int bit = 12; bit <= 21; bit++) {
            boolean reserved = bit >= first && bit <= last || bit == 12 && !pat;
            for (String access : List.of("R", "W")) {
                for (int cpl : new int[] {0, 3}) {
                    lines.add(largePage(lines.size(), 0x00c0_0087 | 1 << bit, access, cpl, reserved, bit));
                }
            }
        }
        boolean patReserved = !pat;
        for (String access : List.of("R", "W")) {
            lines.add(bit7(lines.size(), access, patReserved));
        }
        Path table = table(lines.toArray(String[]::new));
        assertEquals(
                List.of(), Conformance.walks(table, profile, Exceptions.NONE).differences());
        MachineProfile other = Conformance.profile(new Features(true, true, !pat, pse36, width, true, true));
        assertFalse(
                Conformance.walks(table, other, Exceptions.NONE).differences().isEmpty(), "PAT makes a difference");
    }

    private static String largePage(int id, int pde, String access, int cpl, boolean reserved, int bit) {
        int code = 9 | (access.equals("W") ? 2 : 0) | (cpl == 3 ? 4 : 0);
        String after = String.format(Locale.ROOT, "%08x", pde | (access.equals("W") ? 0x60 : 0x20));
        String before = String.format(Locale.ROOT, "%08x", pde);
        // Bit 12 is PAT; the bits above it are bits 32 and up of the address.
        String reached = bit == 12 ? "A" : "?";
        return reserved
                ? String.format(
                        Locale.ROOT,
                        "%d,1,1,0,0,0,%s,0,%d,%s,1,%08x,40003010,%s,0,-",
                        id,
                        before,
                        cpl,
                        access,
                        code,
                        before)
                : String.format(
                        Locale.ROOT, "%d,1,1,0,0,0,%s,0,%d,%s,0,,,%s,0,%s", id, before, cpl, access, after, reached);
    }

    private static String bit7(int id, String access, boolean reserved) {
        int write = access.equals("W") ? 2 : 0;
        return reserved
                ? String.format(
                        Locale.ROOT,
                        "%d,1,1,0,0,0,00002007,00c03087,0,%s,1,%08x,40003010,00002027,00c03087,-",
                        id,
                        access,
                        9 | write)
                : String.format(
                        Locale.ROOT,
                        "%d,1,1,0,0,0,00002007,00c03087,0,%s,0,,,00002027,%s,A",
                        id,
                        access,
                        write == 0 ? "00c030a7" : "00c030e7");
    }

    @Test
    void onlyWhatAnOperationMustDropIsCompared() throws IOException {
        String[] operations = {"none", "invlpg", "invlpg-sibling", "mov-cr3", "pge-toggle", "wp-toggle"};
        List<String> lines = new ArrayList<>(List.of(FLUSH_COLUMNS));
        for (String operation : operations) {
            for (int global = 0; global <= 1; global++) {
                // The page is unmapped: after what drops it, the second access faults.
                lines.add(String.format(
                        Locale.ROOT,
                        "%d,4K,%d,%d,%s,0,R,0,,%s,00c03006,%s,0,R,1,00000000,00c03006,-",
                        lines.size(),
                        global,
                        global,
                        global == 1 ? "00c03107" : "00c03007",
                        global == 1 ? "00c03127" : "00c03027",
                        operation));
            }
        }
        Result result =
                Conformance.flushes(table(lines.toArray(String[]::new)), Conformance.fullProfile(), Exceptions.NONE);
        assertEquals(List.of(), result.differences());
        assertEquals(5, result.rows(), "invlpg and pge-toggle twice, mov-cr3 without G");
        assertEquals(7, result.left());
    }

    @Test
    void aStaleSecondAccessIsFound() throws IOException {
        Result result = Conformance.flushes(
                table(FLUSH_COLUMNS, "7,4M,0,0,00c00087,0,R,0,,00c000a7,00c00086,invlpg-sibling,0,R,0,,00c00086,A"),
                Conformance.fullProfile(),
                Exceptions.NONE);
        assertEquals(1, result.differences().size());
        assertTrue(result.differences().get(0).expected().contains("fault1 0"), result.toString());
    }

    @Test
    void exceptionsHoldInsteadOfTheTableAndUselessOnesAreTold() throws IOException {
        Path table = table(WALK_COLUMNS, GOOD.replace("00c03027,A", "00c03067,A"), GOOD.replaceFirst("1", "2"));
        Path file = temporary.resolve("exceptions.csv");
        Files.write(
                file,
                List.of("id,column,expected,reason", "1,pte_after,00C03027,D is not set by a read", "9,err,0,none"));
        Result result = Conformance.walks(table, Conformance.fullProfile(), Exceptions.read(file));
        assertEquals(List.of(), result.differences());
        assertEquals(1, result.excepted());
        assertEquals(List.of(9L), result.unused());
    }

    private void assertRefused(String says, String... lines) throws IOException {
        Path file = table(lines);
        CaseTableException refused = assertThrows(CaseTableException.class, () -> walks(file));
        assertTrue(refused.getMessage().contains(says), refused.getMessage());
        assertTrue(refused.getMessage().startsWith(file.toString()), refused.getMessage());
    }

    @Test
    void aTableThatCannotBeUsedIsRefusedWithFileLineAndColumn() throws IOException {
        assertRefused("table.csv: no rows");
        assertRefused("table.csv: no rows", WALK_COLUMNS);
        assertRefused("table.csv:1:79: no column pte", WALK_COLUMNS.replace(",pte,", ",p,"), GOOD);
        assertRefused(
                "table.csv:3:13: column pde is '0000200z', not up to eight hexadecimal digits",
                WALK_COLUMNS,
                GOOD,
                GOOD.replace("00002007", "0000200z"));
        assertRefused("column pde is '100002007', not up to", WALK_COLUMNS, GOOD.replace("00002007", "100002007"));
        assertRefused("table.csv:2:56: 15 values for 16 columns", WALK_COLUMNS, GOOD.substring(2));
        assertRefused("table.csv:2:59: 17 values for 16 columns", WALK_COLUMNS, GOOD + ",more");
        assertRefused(
                "table.csv:3:1: column id is '', not a whole number", "# a table", WALK_COLUMNS, GOOD.substring(1));
        assertRefused("column cpl is '1', not one of 0, 3", WALK_COLUMNS, GOOD.replace(",3,R,", ",1,R,"));
        assertRefused("column access is 'Q', not one of R, W, X", WALK_COLUMNS, GOOD.replace(",R,", ",Q,"));
        assertRefused("table.csv:2:3: column wp is '2', not 0 or 1", WALK_COLUMNS, GOOD.replace("1,1,1,", "1,2,1,"));
        assertRefused("column id is '-1', not a whole number", WALK_COLUMNS, "-" + GOOD);
        assertRefused(
                "table.csv:2:48: column pte_after is '00c0302g', not up to",
                WALK_COLUMNS,
                GOOD.replace("c03027,A", "c0302g,A"));
        assertRefused("column fault is 'no', not 0 or 1", WALK_COLUMNS, GOOD.replace("R,0,", "R,no,"));
        assertRefused("column hit is 'B'", WALK_COLUMNS, GOOD.replace(",A", ",B"));
        assertRefused("table.csv:2:1: column id is '1', not", WALK_COLUMNS, GOOD.replaceFirst("1", "\"1\nand more\""));
        assertRefused(": no comma-separated values: ", WALK_COLUMNS, "\"" + GOOD);
        CaseTableException none = assertThrows(CaseTableException.class, () -> walks(temporary.resolve("none.csv")));
        assertTrue(none.getMessage().contains("no such file"), none.getMessage());
    }

    @Test
    void aTableThatIsNoTextIsRefused() throws IOException {
        Path file = Files.write(temporary.resolve("table.csv"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 'a'});
        CaseTableException refused = assertThrows(CaseTableException.class, () -> walks(file));
        assertTrue(refused.getMessage().contains("table.csv: no UTF-8 text"), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'1,err,00000001, ' | 2:16: no reason",
                "x,err,1,why | 2:1: column id is 'x'",
                "1,err,1 | 2:8: 3 values for 4 columns",
                "1,err,1,why/1,err,2,why | 3:1: row 1 and column err for the second time",
            })
    void exceptionsThatCannotBeUsedAreRefused(String rows, String says) throws IOException {
        Path file = Files.writeString(
                temporary.resolve("e.csv"), "id,column,expected,reason\n" + rows.replace('/', '\n') + "\n");
        CaseTableException refused = assertThrows(CaseTableException.class, () -> Exceptions.read(file));
        assertTrue(refused.getMessage().startsWith(file + ":" + says), refused.getMessage());
    }
}

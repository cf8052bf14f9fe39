package org.pagetrail.recorder.conform;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.pagetrail.recorder.machine.PagingProbe;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.MachineProfiles;

/**
 * Runs tables of paging cases through the machine and compares.
 *
 * <p>Every case is about the linear address 0x40003010: PDE 256, PTE 3. A table of walks ({@link #walks}) gives control bits, entries,
 * privilege and access, and what comes of it on a processor that has cached nothing. A table of second accesses ({@link #flushes})
 * gives a leaf, an access, a change of the leaf, an operation, and what another access then sees; of it only those rows are run
 * in which the operation drops the translation, since a processor may well forget more than it must.
 */
public final class Conformance {
    private static final int LINEAR = 0x4000_3010;
    private static final int SIBLING = 0x4000_4010;
    private static final int DIRECTORY_SLOT = LinearAddress.directorySlot(LINEAR);
    private static final int TABLE_SLOT = LinearAddress.tableSlot(LINEAR);
    private static final int TABLE = 2;
    private static final int FRAME_A = 0xc03;
    private static final long RAM = 32L << 20;
    private static final AccessKind[] KINDS = {AccessKind.READ, AccessKind.WRITE, AccessKind.FETCH};
    private static final String NO_HIT = "-";

    private final MachineProfile profile;
    private final Exceptions exceptions;
    private final List<Difference> differences = new ArrayList<>();
    private long rows;
    private long left;
    private long excepted;

    private Conformance(MachineProfile profile, Exceptions exceptions) {
        this.profile = profile;
        this.exceptions = exceptions;
    }

    /** A processor with all that 32-bit paging has, and 40 bits of physical address. */
    public static MachineProfile fullProfile() {
        return profile(new Features(true, true, true, true, 40, true, true));
    }

    /** A processor with these features and caches of every kind. */
    public static MachineProfile profile(Features features) {
        MachineProfile unit = MachineProfiles.named("unit");
        return new MachineProfile(
                "conform",
                unit.description(),
                features,
                unit.unified(),
                unit.instruction4K(),
                unit.instruction4M(),
                unit.data4K(),
                unit.data4M(),
                unit.secondLevel(),
                unit.secondLevelHolds4M(),
                unit.walkCache(),
                unit.pseChangeFlushes(),
                unit.largePageServesFirst(),
                unit.costs());
    }

    /**
     * Runs a table of walks.
     *
     * @throws CaseTableException when it cannot be used
     */
    public static Result walks(Path table, MachineProfile profile, Exceptions exceptions) {
        Conformance run = new Conformance(profile, exceptions);
        CaseTable.read(
                table,
                List.of(
                        "id",
                        "wp",
                        "pse",
                        "pge",
                        "smep",
                        "smap",
                        "pde",
                        "pte",
                        "cpl",
                        "access",
                        "fault",
                        "err",
                        "cr2",
                        "pde_after",
                        "pte_after",
                        "hit"),
                run::walk);
        return run.result(table);
    }

    /**
     * Runs the rows of a table of second accesses in which the operation drops the translation.
     *
     * @throws CaseTableException when it cannot be used
     */
    public static Result flushes(Path table, MachineProfile profile, Exceptions exceptions) {
        Conformance run = new Conformance(profile, exceptions);
        CaseTable.read(
                table,
                List.of(
                        "id",
                        "size",
                        "g",
                        "pge",
                        "entry0",
                        "cpl0",
                        "access0",
                        "fault0",
                        "err0",
                        "entry_mid",
                        "entry1",
                        "op",
                        "cpl1",
                        "access1",
                        "fault1",
                        "err1",
                        "entry_after",
                        "hit"),
                run::flush);
        return run.result(table);
    }

    private Result result(Path table) {
        if (rows + left == 0) {
            throw new CaseTableException(table + ": no rows; name a table of cases");
        }
        return new Result(rows, left, excepted, exceptions.unused(), differences);
    }

    private static int privilege(CaseTable.Row row, String column) {
        return row.oneOf(column, "0", "3") == 0 ? 0 : 3;
    }

    private static AccessKind kind(CaseTable.Row row, String column) {
        return KINDS[row.oneOf(column, "R", "W", "X")];
    }

    /** Sees to it that what a table expects is a word, so that a slip of the pen is not taken for a difference. */
    private static void readable(CaseTable.Row row, String... columns) {
        for (String column : columns) {
            row.hex(column);
        }
    }

    private static String hex(int word) {
        return String.format(Locale.ROOT, "%08x", word);
    }

    private static String flag(boolean is) {
        return is ? "1" : "0";
    }

    // Walks

    private void walk(CaseTable.Row row) {
        PagingProbe probe = new PagingProbe(profile, RAM);
        probe.writeProtect(row.flag("wp"));
        int cr4 = (row.flag("pse") ? ControlBits.CR4_PSE : 0)
                | (row.flag("pge") ? ControlBits.CR4_PGE : 0)
                | (row.flag("smep") ? ControlBits.CR4_SMEP : 0)
                | (row.flag("smap") ? ControlBits.CR4_SMAP : 0);
        probe.writeCr4(cr4);
        int pde = row.hex("pde");
        int table = Entries.frame(pde);
        boolean large = Entries.large(pde, cr4);
        if (!large) {
            probe.store(table, TABLE_SLOT, row.hex("pte"));
        }
        probe.store(PagingProbe.DIRECTORY, DIRECTORY_SLOT, pde);
        AccessKind kind = kind(row, "access");
        int cpl = privilege(row, "cpl");
        boolean served = probe.access(LINEAR, kind, cpl);

        Map<String, String> found = new LinkedHashMap<>();
        found.put("fault", flag(!served));
        found.put("err", served ? "" : hex(probe.errorCode()));
        found.put("cr2", served ? "" : hex(probe.faultAddress()));
        found.put("pde_after", hex(probe.entry(PagingProbe.DIRECTORY, DIRECTORY_SLOT)));
        found.put("pte_after", large ? row.text("pte_after") : hex(probe.entry(table, TABLE_SLOT)));
        String reached = probe.frame() == FRAME_A ? "A" : "?";
        found.put("hit", !served ? NO_HIT : kind == AccessKind.FETCH ? "x" : reached);
        row.oneOf("hit", "A", "x", "?", NO_HIT);
        row.flag("fault");
        readable(row, "err", "cr2", "pde_after", "pte_after");
        String what = String.format(
                Locale.ROOT,
                "%s at CPL %d, PDE %s, PTE %s, CR4 %s%s",
                kind.name().toLowerCase(Locale.ROOT),
                cpl,
                hex(pde),
                row.text("pte"),
                hex(cr4),
                row.flag("wp") ? ", WP" : "");
        compare(row, what, found);
    }

    private void compare(CaseTable.Row row, String what, Map<String, String> found) {
        long id = row.number("id");
        rows++;
        List<String> expectedTexts = new ArrayList<>();
        List<String> foundTexts = new ArrayList<>();
        found.forEach((column, value) -> {
            String expected = exceptions.expected(id, column, row.text(column));
            if (!same(expected, value)) {
                expectedTexts.add(column + " " + shown(expected));
                foundTexts.add(column + " " + shown(value));
            }
        });
        if (!expectedTexts.isEmpty()) {
            differences.add(new Difference(
                    id, row.line(), what, String.join(", ", expectedTexts), String.join(", ", foundTexts)));
        } else if (exceptions.used(id)) {
            excepted++;
        }
    }

    /** Hexadecimal numbers may be written in either case. */
    private static boolean same(String expected, String found) {
        return expected.equalsIgnoreCase(found);
    }

    private static String shown(String value) {
        return value.isEmpty() ? "none" : value;
    }

    // Second accesses

    private void flush(CaseTable.Row row) {
        boolean large = row.oneOf("size", "4K", "4M") == 1;
        int operation = row.oneOf("op", "none", "invlpg", "invlpg-sibling", "mov-cr3", "pge-toggle", "wp-toggle");
        boolean globalKept = row.flag("g") && row.flag("pge");
        // SDM volume 3A, 4.10.4.1: what drops the translation for certain.
        boolean drops =
                switch (operation) {
                    case 1, 4 -> true;
                    case 2 -> large;
                    case 3 -> !globalKept;
                    default -> false;
                };
        if (!drops) {
            left++;
            return;
        }
        PagingProbe probe = new PagingProbe(profile, RAM);
        probe.writeProtect(true);
        probe.writeCr4(ControlBits.CR4_PSE | (row.flag("pge") ? ControlBits.CR4_PGE : 0));
        int holder = large ? PagingProbe.DIRECTORY : TABLE;
        int slot = large ? DIRECTORY_SLOT : TABLE_SLOT;
        if (!large) {
            probe.store(
                    PagingProbe.DIRECTORY,
                    DIRECTORY_SLOT,
                    TABLE << LinearAddress.PAGE_SHIFT | Entries.PRESENT | Entries.WRITABLE | Entries.USER);
        }
        probe.store(holder, slot, row.hex("entry0"));
        boolean first = probe.access(LINEAR, kind(row, "access0"), privilege(row, "cpl0"));
        Map<String, String> found = new LinkedHashMap<>();
        found.put("fault0", flag(!first));
        found.put("err0", first ? "" : hex(probe.errorCode()));
        found.put("entry_mid", hex(probe.entry(holder, slot)));
        probe.store(holder, slot, row.hex("entry1"));
        operate(probe, operation);
        AccessKind kind = kind(row, "access1");
        int cpl = privilege(row, "cpl1");
        boolean second = probe.access(LINEAR, kind, cpl);
        found.put("fault1", flag(!second));
        found.put("err1", second ? "" : hex(probe.errorCode()));
        found.put("entry_after", hex(probe.entry(holder, slot)));
        found.put("hit", !second ? NO_HIT : probe.frame() == FRAME_A ? "A" : "B");
        row.oneOf("hit", "A", "B", NO_HIT);
        row.flag("fault0");
        row.flag("fault1");
        readable(row, "err0", "entry_mid", "err1", "entry_after");
        String what = String.format(
                Locale.ROOT,
                "%s: %s to %s, %s, then %s at CPL %d",
                row.text("size"),
                row.text("entry0"),
                row.text("entry1"),
                row.text("op"),
                kind.name().toLowerCase(Locale.ROOT),
                cpl);
        compare(row, what, found);
    }

    private static void operate(PagingProbe probe, int operation) {
        switch (operation) {
            case 1 -> probe.invlpg(LINEAR);
            case 2 -> probe.invlpg(SIBLING);
            case 3 -> probe.reloadCr3();
            case 4 -> {
                probe.writeCr4(probe.cr4() ^ ControlBits.CR4_PGE);
                probe.writeCr4(probe.cr4() ^ ControlBits.CR4_PGE);
            }
            default -> throw new IllegalArgumentException("operation " + operation);
        }
    }
}

package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pagetrail.analyzer.hotspot.Cause;
import org.pagetrail.analyzer.hotspot.Hotspots;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.analyzer.verify.Verifier;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.recorder.session.Workload;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.journal.JournalWriter;
import org.pagetrail.traces.profile.MachineProfiles;

/**
 * Each wrong kernel violates the invariants that it is about in the default scenario, whatever the seed, and no others but what follows.
 *
 * <p>With {@code -Dpagetrail.defects.seeds=N} each with so many seeds of chance; {@code -Dpagetrail.kernels.seed} makes a run again.
 */
class InjectedDefectsTest {
    private static final int SEEDS_OF_CHANCE = Integer.getInteger("pagetrail.defects.seeds", 3);
    private static final int[] MEGABYTES = {8, 12, 16, 24, 64, 64, 64, 100, 256};

    /**
     * What a defect violates. What happens to be done with the memory concerned decides what follows, so not all of it does each time.
     *
     * @param must in every recording
     * @param may follow from it
     */
    private record Expected(Set<String> must, Set<String> may) {}

    private static final Map<Defect, Expected> TABLE = new EnumMap<>(Defect.class);

    /** What is not judged on a machine without CR4.PGE. */
    private static final Set<String> NEED_GLOBAL_PAGES = Set.of("TLB003");

    /** Mistakes for which there is no opportunity on such a machine. */
    private static final Set<Defect> MADE_WITH_GLOBAL_PAGES =
            EnumSet.of(Defect.GLOBAL_USER_PAGE, Defect.GLOBAL_BOOT_PAGES);

    private static void row(Defect defect, String must, String may) {
        TABLE.put(defect, new Expected(words(must), words(may)));
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split(" ", -1));
    }

    static {
        // The frame of the page is freed under the translation that stayed (FRM006), and the next page there is not
        // what accesses reach (TLB001).
        row(Defect.MISSING_INVLPG, "TLB002", "FRM006 TLB001");
        row(Defect.MISSING_INVLPG_UNMAP, "TLB002", "FRM006 TLB001");
        row(Defect.MISSING_INVLPG_PROTECT, "TLB002", "");
        row(Defect.MISSING_INVLPG_REMAP, "TLB002", "");
        // The new program runs on the old one's pages, and the kernel edits the old tables through the window, unless
        // the
        // pages were dropped meanwhile for others; what was freed of the old program is given out again, as a table
        // too.
        row(Defect.MISSING_CR3_RELOAD, "TLB002", "TLB001 TLB005 FRM001 FRM006 LAY006");
        // The window shows the tables of a directory that is no longer loaded (TLB001): what is mapped through it is
        // mapped there, so that the kernel finds no page where it looks for one (FLT002), and one frame at two
        // addresses
        // or after it was freed.
        row(Defect.GLOBAL_RECURSIVE_WINDOW, "LAY005 TLB003", "TLB001 FLT002 FRM001 FRM002 FRM006 FRM010 PRT002");
        // The translation survives its address space, serves the next one, where the kernel, too, copies through it.
        row(Defect.GLOBAL_USER_PAGE, "TLB003", "TLB001 TLB002 FLT002 FRM006");
        // Other directories have the table without U/S; where SMAP is set the kernel may not use the page any more.
        row(Defect.USER_BIT_IN_KERNEL, "LAY003 PRT001", "LAY007 FLT002");
        // The program writes there, which is answered by a copy of a frame that has no users; or it ends, and the
        // table is given back as a page first.
        row(Defect.USER_PAGE_TABLE, "PRT002", "FLT001 FRM001 FRM006");
        // It is freed with one page while the other maps it, or fork shares it for one page, and both are writable.
        row(Defect.DOUBLE_MAP, "FRM001", "FRM006 FRM010");
        // Two have it and do not know: one clears or frees it under the other, it is given out again, as a table too;
        // its count of users is wrong from then on, and the kernel notices at last.
        row(Defect.DOUBLE_ALLOC, "FRM004", "FRM001 FRM002 FRM005 FRM006 FRM008 FRM010 PRT002 FLT001");
        row(Defect.USE_AFTER_FREE_FRAME, "FRM006", "FRM001 FRM002 FRM005 FRM008 FRM010 PRT002");
        row(Defect.FRAME_LEAK_ON_EXIT, "FRM005", "");
        // The directory shows itself in the window.
        row(Defect.FOREIGN_FRAME_FREED, "FRM005 FRM006 FRM002", "");
        row(Defect.ALLOC_FROM_LOCKED_MODULE, "FRM003", "");
        // The hole lies in the low memory that is locked and that the kernel's region maps.
        row(Defect.ALLOC_FROM_HOLE, "FRM007 FRM003 FRM001", "");
        row(Defect.LOCK_AFTER_FIRST_ALLOC, "ORD002", "");
        row(Defect.NO_STACK_GUARD, "LAY008", "");
        row(Defect.STACK_NOT_RELOCATED, "LAY008", "");
        // It maps page 0, and the kernel's text writable.
        row(Defect.IDENTITY_MAP_LEFT, "LAY006 LAY010 PRT003", "");
        row(Defect.LARGE_PAGE_LEFT, "LAY004 PRT003", "");
        row(Defect.KERNEL_ENTRY_DIFFERS, "LAY007", "");
        // What is mapped for the process is mapped for its parent: its faults come again and again.
        row(Defect.RECURSIVE_SLOT_WRONG, "LAY005", "FLT001");
        row(Defect.WRITABLE_TEXT, "LAY003 PRT003", "");
        row(Defect.WP_OFF, "PRT003", "");
        row(Defect.COW_NOT_COPIED, "FRM010", "");
        row(Defect.FAULT_LOOP, "FLT001", "");
        row(Defect.WRONG_ORDER, "ORD001", "");
        // S5 does not end.
        row(Defect.RUG_PULLED, "ORD003 FLT004 FLT002 ORD001", "");
        row(Defect.ELF_RIGHTS_IGNORED, "LAY009", "");
        row(Defect.COW_PARENT_NOT_FLUSHED, "TLB002", "");
        // The new program's pages go into the old one's table, which is free: it never gets its first page.
        row(Defect.WINDOW_NOT_INVALIDATED, "TLB005 TLB002 TLB001 FRM006 FLT001", "");
        // Where the last owner of the frame left words, they are entries now: pages anywhere, of anybody's frames.
        row(Defect.TABLE_NOT_CLEARED, "FRM009", "FRM001 FRM002 FRM010 LAY006 LAY009");
        row(Defect.USER_PAGE_NOT_CLEARED, "FRM008", "");
        row(Defect.SHARED_TABLE_FREED, "FRM005 FRM006", "");
        row(Defect.NULL_PAGE_MAPPED, "LAY010", "");
        // Its pages appear where nothing was given to the program, and stay there when they are unmapped at their own
        // addresses.
        row(Defect.TABLE_LINKED_TWICE, "ENT002 LAY009 FRM002", "TLB002");
        // In B2's entry, which the kernel runs on, it ends the boot.
        row(Defect.RESERVED_BIT_SET, "ENT001", "FLT002 FLT004 ORD001");
        row(Defect.GLOBAL_BOOT_PAGES, "LAY001 ORD004 TLB003", "");
        row(Defect.SIZE_CHANGE_WITHOUT_FLUSH, "ENT003", "");
    }

    /** One recording of the default scenario. */
    private record Run(String profile, boolean lazy, int megabytes, long seed, long at) {
        /** The machine of who names none. */
        static Run standard(long seed, long at) {
            return new Run("p6", false, 64, seed, at);
        }

        static Run ofChance(Random random, long at) {
            List<String> profiles = LivingKernelTest.PROFILES;
            return new Run(
                    profiles.get(random.nextInt(profiles.size())),
                    random.nextBoolean(),
                    MEGABYTES[random.nextInt(MEGABYTES.length)],
                    random.nextLong(),
                    at);
        }

        boolean globalPages() {
            return MachineProfiles.named(profile).features().pge();
        }
    }

    @TempDir
    Path temporary;

    private StopReason reason;
    private List<Defect> unmade;
    private int traces;

    private Set<String> violated(Set<Defect> defects, Run run) {
        Workload workload = new Workload(
                Scenarios.named(Scenarios.STANDARD), null, null, false, false, false, new TreeSet<>(defects), run.at);
        Recording recording = Recording.prepare(
                new RecordingInputs(
                        LivingKernelTest.plan(run.lazy),
                        MachineProfiles.named(run.profile),
                        (long) run.megabytes << 20,
                        null,
                        List.of(),
                        workload,
                        run.seed),
                "test");
        Path trace = temporary.resolve(traces++ + ".trace");
        try (JournalWriter journal = JournalWriter.create(trace, recording.header(), true)) {
            reason = recording.run(journal);
            journal.finish();
        }
        unmade = recording.unmade();
        Set<String> rules = new TreeSet<>();
        try (TraceReader reader = Traces.open(trace)) {
            for (Violation violation : Verifier.verify(reader, rule -> true).violations()) {
                rules.add(violation.invariant().id());
            }
        }
        try (TraceReader reader = Traces.open(trace)) {
            assertEquals(0, Hotspots.of(reader, List.of()).total().cycles(Cause.UNATTRIBUTED), defects.toString());
        }
        delete(trace);
        return rules;
    }

    private static void delete(Path trace) {
        try (Stream<Path> files = Files.list(trace)) {
            files.forEach(file -> assertTrue(file.toFile().delete(), file.toString()));
            Files.delete(trace);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check(Defect defect, Run run) {
        Expected expected = TABLE.get(defect);
        Set<String> found = violated(Set.of(defect), run);
        String what = defect.text() + " in " + run + ": " + found;
        if (!run.globalPages() && MADE_WITH_GLOBAL_PAGES.contains(defect)) {
            assertEquals(List.of(defect), unmade, what);
            assertEquals(Set.of(), found, what);
            return;
        }
        assertEquals(List.of(), unmade, what);
        Set<String> must = new TreeSet<>(expected.must);
        if (!run.globalPages()) {
            must.removeAll(NEED_GLOBAL_PAGES);
        }
        assertTrue(found.containsAll(must), what + ", expected " + must);
        Set<String> others = new TreeSet<>(found);
        others.removeAll(must);
        others.removeAll(expected.may);
        assertEquals(Set.of(), others, what);
        assertNotEquals(StopReason.INTERRUPTED, reason, what);
    }

    @ParameterizedTest
    @EnumSource(Defect.class)
    void aWrongKernelViolatesWhatItIsWrongAbout(Defect defect) {
        for (int at : new int[] {0, defect.window() / 2, defect.window() - 1}) {
            check(defect, Run.standard(0, at));
        }
        check(defect, Run.standard(0, -1));
    }

    @ParameterizedTest
    @EnumSource(Defect.class)
    void whateverTheSeedTheMachineAndTheStrategy(Defect defect) {
        long seed = Long.getLong("pagetrail.kernels.seed", new Random().nextLong());
        Random random = new Random(seed + defect.ordinal());
        try {
            for (int i = 0; i < SEEDS_OF_CHANCE; i++) {
                check(defect, Run.ofChance(random, i % 3 == 2 ? random.nextInt(defect.window()) : -1));
            }
        } catch (AssertionError e) {
            throw new AssertionError("-Dpagetrail.kernels.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    @Test
    void everyDefectIsInTheTable() {
        assertEquals(Stream.of(Defect.values()).toList(), List.copyOf(TABLE.keySet()));
    }

    @Test
    void aForgottenInvalidationComesInAllItsManners() {
        for (long seed = 0; seed < 12; seed++) {
            check(Defect.MISSING_INVLPG, Run.standard(seed, -1));
        }
    }

    @Test
    void aWrongKernelThatCannotGoOnEndsByItself() {
        violated(Set.of(Defect.RUG_PULLED), Run.standard(0, -1));
        assertEquals(StopReason.TRIPLE_FAULT, reason);
        violated(Set.of(Defect.FAULT_LOOP), Run.standard(0, -1));
        assertEquals(StopReason.LIMIT, reason);
    }

    @Test
    void severalMistakesAreFoundEach() {
        Set<String> found = violated(
                Set.of(Defect.NO_STACK_GUARD, Defect.NULL_PAGE_MAPPED, Defect.ELF_RIGHTS_IGNORED), Run.standard(0, -1));
        assertTrue(found.containsAll(Arrays.asList("LAY008", "LAY010", "LAY009")), found.toString());
    }

    /** The commands beside it are run as they stand, too. */
    @Test
    void theReadmeShowsAViolationAsItIsReported() throws IOException {
        String trace = temporary.resolve("wrong.trace").toString();
        String report = temporary.resolve("report").toString();
        Program program = new Program();
        assertEquals(
                ExitCodes.CLEAN,
                program.run("record", "-q", "-o", trace, "--inject", "missing-invlpg-unmap"),
                program.error());
        assertEquals(ExitCodes.FINDINGS, program.run("verify", trace, "-o", report), program.error());
        String shown = "```text\n" + Files.readString(Path.of(report)) + "```\n";
        assertTrue(Files.readString(Path.of("..", "README.md")).contains(shown), shown);
    }
}

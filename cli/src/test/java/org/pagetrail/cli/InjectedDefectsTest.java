package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

/** Each wrong kernel violates the invariants that it is about in the default scenario, whatever the seed, and no others but what follows. */
class InjectedDefectsTest {
    /** Seeds beside the first and the last opportunity that a seed can choose. */
    private static final long[] SEEDS = {0, 1, 4711};

    /**
     * What a defect violates.
     *
     * @param must in every recording
     * @param may follow from it, by what happens to be done with the memory concerned
     */
    private record Expected(Set<String> must, Set<String> may) {}

    private static final Map<Defect, Expected> TABLE = new EnumMap<>(Defect.class);

    private static void row(Defect defect, String must, String may) {
        TABLE.put(defect, new Expected(words(must), words(may)));
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split(" ", -1));
    }

    static {
        // A translation that stays serves accesses (TLB001), and its frame is freed under it (FRM006).
        row(Defect.MISSING_INVLPG, "TLB002", "TLB001 FRM006");
        row(Defect.MISSING_INVLPG_UNMAP, "TLB002", "TLB001 FRM006");
        row(Defect.MISSING_INVLPG_PROTECT, "TLB002", "TLB001");
        row(Defect.MISSING_INVLPG_REMAP, "TLB002", "TLB001 FRM006");
        // The old program's pages are used by the new one, through the old tables even to edit them: what it maps is
        // not where it thinks.
        row(Defect.MISSING_CR3_RELOAD, "TLB002 TLB005", "TLB001 FRM006 FLT001 FLT003 FRM001 FRM002 LAY009");
        // The window shows the tables of a directory that is no longer loaded: edits go there, and what they were to
        // map
        // is not there when the kernel touches it.
        row(Defect.GLOBAL_RECURSIVE_WINDOW, "LAY005 TLB003", "TLB001 FRM006 TLB005 TLB002 FLT001 FLT002 FLT003");
        row(Defect.GLOBAL_USER_PAGE, "TLB003", "TLB001 TLB002 FRM006 FLT001 FLT003");
        row(Defect.USER_BIT_IN_KERNEL, "LAY003 PRT001", "LAY007");
        // The process writes to its own table: what that then maps, and whether it still answers a fault, is chance.
        row(Defect.USER_PAGE_TABLE, "PRT002", "FRM001 FRM006 FRM005 FRM008 FRM004 FLT001");
        row(Defect.DOUBLE_MAP, "FRM001", "FRM005 FRM006 FRM002 FRM010");
        row(Defect.DOUBLE_ALLOC, "FRM004", "FRM001 FRM002 FRM005 FRM006 FRM010");
        row(Defect.USE_AFTER_FREE_FRAME, "FRM006", "FRM001 FRM002 FRM004 FRM005 FRM008 FRM010");
        row(Defect.FRAME_LEAK_ON_EXIT, "FRM005", "");
        row(Defect.FOREIGN_FRAME_FREED, "FRM005 FRM006", "FRM001 FRM002 FRM004 FRM009 PRT002");
        row(Defect.ALLOC_FROM_LOCKED_MODULE, "FRM003", "FRM001 FRM002 FRM004 FRM005");
        // The hole is in the locked low memory, too.
        row(Defect.ALLOC_FROM_HOLE, "FRM007", "FRM001 FRM003 FRM005");
        row(Defect.LOCK_AFTER_FIRST_ALLOC, "ORD002", "");
        row(Defect.NO_STACK_GUARD, "LAY008", "");
        row(Defect.STACK_NOT_RELOCATED, "LAY008", "");
        row(Defect.IDENTITY_MAP_LEFT, "LAY006", "LAY010 FRM002 FRM006 PRT003");
        row(Defect.LARGE_PAGE_LEFT, "LAY004 PRT003", "LAY003");
        row(Defect.KERNEL_ENTRY_DIFFERS, "LAY007", "FRM005");
        row(Defect.RECURSIVE_SLOT_WRONG, "LAY005", "FRM001 FLT001 FLT002 LAY007 LAY009 PRT002");
        row(Defect.WRITABLE_TEXT, "LAY003 PRT003", "");
        row(Defect.WP_OFF, "PRT003", "FRM010");
        row(Defect.COW_NOT_COPIED, "FRM010", "FRM001");
        row(Defect.FAULT_LOOP, "FLT001", "");
        row(Defect.WRONG_ORDER, "ORD001", "");
        row(Defect.RUG_PULLED, "ORD003 FLT004", "ORD001 FLT001 FLT002");
        row(Defect.ELF_RIGHTS_IGNORED, "LAY009", "");
        row(Defect.COW_PARENT_NOT_FLUSHED, "TLB002", "TLB001 FRM010");
        row(Defect.WINDOW_NOT_INVALIDATED, "TLB005", "TLB001 TLB002 FRM001 FRM002 FRM006 FLT001 FLT003");
        row(Defect.TABLE_NOT_CLEARED, "FRM009", "FRM001 FRM002 LAY009 PRT001 PRT002 ENT001");
        row(Defect.USER_PAGE_NOT_CLEARED, "FRM008", "");
        row(Defect.SHARED_TABLE_FREED, "FRM006", "FRM001 FRM005 FRM009");
        row(Defect.NULL_PAGE_MAPPED, "LAY010", "LAY009");
        row(Defect.TABLE_LINKED_TWICE, "ENT002", "FRM001 FRM002 FRM004 FRM005 FRM006 LAY009 TLB002");
        row(Defect.RESERVED_BIT_SET, "ENT001", "LAY001");
        row(Defect.GLOBAL_BOOT_PAGES, "LAY001 ORD004 TLB003", "FRM006 TLB001 TLB002");
        row(Defect.SIZE_CHANGE_WITHOUT_FLUSH, "ENT003", "");
    }

    @TempDir
    Path temporary;

    private StopReason reason;

    private Set<String> violated(Set<Defect> defects, long seed, long at) {
        Workload workload = new Workload(
                Scenarios.named(Scenarios.STANDARD), null, null, false, false, false, new TreeSet<>(defects), at);
        Recording recording = Recording.prepare(
                new RecordingInputs(
                        PlanFile.standard(), MachineProfiles.named("p6"), 0, null, List.of(), workload, seed),
                "test");
        Path trace = temporary.resolve(seed + "-" + at + ".trace");
        try (JournalWriter journal = JournalWriter.create(trace, recording.header(), true)) {
            reason = recording.run(journal);
            journal.finish();
        }
        Set<String> rules = new TreeSet<>();
        try (TraceReader reader = Traces.open(trace)) {
            for (Violation violation : Verifier.verify(reader, rule -> true).violations()) {
                rules.add(violation.invariant().id());
            }
        }
        try (TraceReader reader = Traces.open(trace)) {
            assertEquals(0, Hotspots.of(reader, List.of()).total().cycles(Cause.UNATTRIBUTED), defects.toString());
        }
        return rules;
    }

    private void check(Defect defect, long seed, long at) {
        Expected expected = TABLE.get(defect);
        Set<String> found = violated(Set.of(defect), seed, at);
        String what = defect.text() + " with seed " + seed + " at " + at + ": " + found;
        assertTrue(found.containsAll(expected.must), what + ", expected " + expected.must);
        Set<String> others = new TreeSet<>(found);
        others.removeAll(expected.must);
        others.removeAll(expected.may);
        assertEquals(Set.of(), others, what);
        assertNotEquals(StopReason.INTERRUPTED, reason, what);
    }

    @ParameterizedTest
    @EnumSource(Defect.class)
    void aWrongKernelViolatesWhatItIsWrongAbout(Defect defect) {
        check(defect, 0, 0);
        if (defect.window() > 1) {
            check(defect, 0, defect.window() - 1);
        }
        for (long seed : SEEDS) {
            check(defect, seed, -1);
        }
    }

    @Test
    void everyDefectIsInTheTable() {
        assertEquals(Stream.of(Defect.values()).toList(), List.copyOf(TABLE.keySet()));
    }

    @Test
    void aForgottenInvalidationComesInAllItsManners() {
        for (long seed = 0; seed < 12; seed++) {
            check(Defect.MISSING_INVLPG, seed, -1);
        }
    }

    @Test
    void aWrongKernelThatCannotGoOnEndsByItself() {
        violated(Set.of(Defect.RUG_PULLED), 0, -1);
        assertEquals(StopReason.TRIPLE_FAULT, reason);
        violated(Set.of(Defect.FAULT_LOOP), 0, -1);
        assertEquals(StopReason.LIMIT, reason);
    }

    @Test
    void severalMistakesAreFoundEach() {
        Set<String> found =
                violated(Set.of(Defect.NO_STACK_GUARD, Defect.NULL_PAGE_MAPPED, Defect.ELF_RIGHTS_IGNORED), 0, -1);
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

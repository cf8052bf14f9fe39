package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.pagetrail.recorder.machine.Scene.LARGE;
import static org.pagetrail.recorder.machine.Scene.OTHER_TABLE;
import static org.pagetrail.recorder.machine.Scene.TABLE;
import static org.pagetrail.recorder.machine.Scene.fields;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.profile.MachineProfile;

class MmuTest {
    private static final int PAGING = ControlBits.CR0_PE | ControlBits.CR0_PG | ControlBits.CR0_WP;
    private static final int PSE_PGE = ControlBits.CR4_PSE | ControlBits.CR4_PGE;

    private final Scene scene = new Scene(TestProfiles.split());
    private final Machine machine = scene.machine;

    // Stale entries

    @Test
    void anEntryTightenedWithoutInvlpgIsServedAndToldOnceForEachKindAndPrivilege() {
        scene.entry(TABLE, 5, 0x9067);
        assertEquals(9, scene.write(0x5000));
        scene.entry(TABLE, 5, 0x9065);
        scene.log.clear();
        assertEquals(9, scene.write(0x5004));
        EventLog.Told used = scene.log.only(EventId.CHANGED_ENTRY_USED);
        assertEquals(List.of((long) Tlb.DATA_4K.ordinal(), 1L, 0L, 0x5004L, 1L, 0L, 0L), fields(used));
        assertEquals(0, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.write(0x5008)));
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x5008)));
        assertEquals(0, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x5008)));
        machine.privilege(3, false);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.write(0x5008)));
        assertEquals(0, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.write(0x5008)));
        assertEquals(9, scene.write(0x5008));
        machine.invlpg(0x5000);
        assertEquals(Mmu.FAULT, scene.write(0x5008));
        assertEquals(7, machine.mmu().faultCode());
    }

    @Test
    void aRemovedEntryIsServedUntilItIsInvalidated() {
        scene.entry(TABLE, 5, 0x9007);
        scene.read(0x5000);
        scene.entry(TABLE, 5, 0);
        assertEquals(9, scene.read(0x5000));
        scene.entry(TABLE, 5, 0xa007);
        assertEquals(
                1,
                scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x5000)),
                "changed once more, told once more");
        machine.invlpg(0x5abc);
        assertEquals(10, scene.read(0x5000));
    }

    @Test
    void anEntryLoosenedWithoutFlushFaultsOnceWithoutAWalk() {
        scene.entry(TABLE, 5, 0x9005);
        scene.read(0x5000);
        scene.entry(TABLE, 5, 0x9027);
        scene.log.clear();
        assertEquals(Mmu.FAULT, scene.write(0x5010));
        assertEquals(
                List.of(EventId.CHANGED_ENTRY_USED, EventId.TLB_INVALIDATED, EventId.PAGE_FAULTED), scene.log.ids());
        assertEquals(List.of(0x5010L, 3L, 0L, 0L, 0L, 0L, 0L), fields(scene.log.only(EventId.PAGE_FAULTED)));
        assertEquals(0x5010, machine.faultAddress());
        assertEquals(9, scene.write(0x5010));
        assertEquals(1, scene.log.count(EventId.PAGE_FAULTED));
    }

    @Test
    void theFirstWriteToACleanPageWalksAgainWholeIntoTheSameWay() {
        scene.entry(TABLE, 5, 0x9007);
        scene.entry(TABLE, 1, 0x8007);
        scene.read(0x1000);
        scene.read(0x5000);
        EventLog.Told first = scene.log.of(EventId.TLB_FILLED).get(1);
        scene.read(0x1000);
        scene.log.clear();
        scene.write(0x5000);
        EventLog.Told second = scene.log.only(EventId.TLB_FILLED);
        assertEquals(first.field(0), second.field(0));
        assertEquals(first.field(1), second.field(1));
        assertEquals(first.field(2), second.field(2));
        assertEquals(first.field(3), second.field(3));
        assertEquals(1, second.field(8));
        assertEquals(FillCause.DIRTY.ordinal(), second.field(10));
        assertEquals(2, second.field(11), "whole: not from the cache of directory entries");
        assertEquals(0x9067, scene.word(TABLE, 5));
        assertEquals(1, scene.log.count(EventId.WALK_CACHE_FILLED));
        assertEquals(2, scene.held(Tlb.DATA_4K));
        scene.log.clear();
        scene.write(0x5000);
        assertEquals(List.of(), scene.log.ids());
    }

    @Test
    void aCleanPageWhoseEntryIsGoneFaultsOnTheFirstWrite() {
        scene.entry(TABLE, 5, 0x9007);
        scene.read(0x5000);
        scene.entry(TABLE, 5, 0);
        assertEquals(9, scene.read(0x5000));
        assertEquals(Mmu.FAULT, scene.write(0x5000));
        assertEquals(2, machine.mmu().faultCode());
        assertEquals(Mmu.FAULT, scene.read(0x5000));
    }

    @Test
    void aCleanPageThatWasMergedIsFilledWholeAndNeverTwice() {
        Scene half = new Scene(TestProfiles.halfFragments(TestProfiles.ALL, true, false));
        half.entry(OTHER_TABLE, 5, 0x9007);
        half.entry(OTHER_TABLE, 7, 0xa007);
        half.read(0x40_7000);
        half.read(0x40_5000);
        half.entry(Scene.DIRECTORY, 1, 0x40_0087);
        half.read(0x40_6000);
        assertEquals(1, half.held(Tlb.DATA_4M));
        assertEquals(0x405, half.write(0x40_5000));
        assertEquals(0x405, half.write(0x40_5000));
        assertEquals(1, half.held(Tlb.DATA_4M));
        assertEquals(2, half.held(Tlb.DATA_4K));
        assertEquals(9, half.read(0x40_5000), "the clean one stays, and serves reads");
    }

    @Test
    void whichSizeServesFirstIsTheProfilesRule() {
        for (boolean largeFirst : new boolean[] {false, true}) {
            Scene either = new Scene(TestProfiles.halfFragments(TestProfiles.ALL, true, largeFirst));
            either.entry(OTHER_TABLE, 5, 0x9007);
            either.read(0x40_5000);
            either.entry(Scene.DIRECTORY, 1, 0x40_0087);
            either.read(0x40_6000);
            assertEquals(largeFirst ? 0x405 : 9, either.read(0x40_5000));
        }
    }

    @Test
    void aStoreThatClearsAccessedAloneMakesAnEntryChanged() {
        scene.entry(TABLE, 5, 0x9007);
        scene.read(0x5000);
        assertEquals(0x9027, scene.word(TABLE, 5));
        scene.entry(TABLE, 5, 0x9007);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x5000)));
        assertEquals(0x9007, scene.word(TABLE, 5), "a hit marks nothing");
    }

    @Test
    void aChangeOfWriteProtectSmapOrSmepMakesChangedEntriesWorthTellingAgain() {
        scene.entry(TABLE, 5, 0x9063);
        scene.write(0x5000);
        scene.entry(TABLE, 5, 0x9061);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.write(0x5000)));
        machine.writeCr0(PAGING & ~ControlBits.CR0_WP);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.write(0x5000)));
        machine.writeCr0(PAGING & ~ControlBits.CR0_WP);
        assertEquals(0, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.write(0x5000)));
        machine.writeCr4(PSE_PGE | ControlBits.CR4_SMAP);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.write(0x5000)));
        machine.privilege(0, true);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.write(0x5000)));
    }

    // INVLPG

    @Test
    void invlpgDropsThePageInEveryTlbGlobalOrNotAndTheWholeCacheOfDirectoryEntries() {
        scene.entry(TABLE, 5, 0x9107);
        scene.entry(OTHER_TABLE, 6, 0xa107);
        scene.read(0x5000);
        scene.fetch(0x5000);
        scene.read(0x40_6000);
        scene.log.clear();
        machine.invlpg(0x5fff);
        assertEquals(
                List.of((long) FlushCause.INVLPG.ordinal(), 0x5fffL, 3L, 2L, 2L),
                fields(scene.log.only(EventId.TLB_INVALIDATED)));
        assertEquals(1, scene.held(Tlb.DATA_4K));
        assertEquals(0, scene.held(Tlb.INSTRUCTION_4K));
        assertEquals(1, scene.held(Tlb.SECOND_LEVEL));
        assertEquals(0, scene.held(Tlb.WALK_CACHE));
    }

    @Test
    void invlpgOfAnyAddressDropsA4MPageWhole() {
        scene.read(LARGE);
        scene.fetch(LARGE + 0x5000);
        assertEquals(1, scene.held(Tlb.DATA_4M));
        assertEquals(1, scene.held(Tlb.INSTRUCTION_4M));
        machine.invlpg(LARGE + 0x3f_f000);
        assertEquals(0, scene.held(Tlb.DATA_4M));
        assertEquals(0, scene.held(Tlb.INSTRUCTION_4M));
        assertEquals(0, scene.held(Tlb.SECOND_LEVEL));
    }

    @Test
    void invlpgOfAnyAddressDropsAllFragmentsOfA4MPage() {
        Scene fragments = new Scene(TestProfiles.unified(TestProfiles.ALL, true, false));
        assertEquals(0x801, fragments.read(LARGE + 0x1000));
        assertEquals(0x802, fragments.read(LARGE + 0x2000));
        assertEquals(2, fragments.held(Tlb.UNIFIED));
        assertEquals(2, fragments.log.count(EventId.TLB_FILLED));
        assertEquals(0x801, fragments.log.of(EventId.TLB_FILLED).get(0).field(4));
        fragments.machine.invlpg(LARGE + 0x7000);
        assertEquals(0, fragments.held(Tlb.UNIFIED));
    }

    @Test
    void invlpgOfAPageThatIsNotHeldIsToldAllTheSame() {
        machine.invlpg(0x1234_5678);
        assertEquals(List.of(0L, 0x1234_5678L, 0L, 0L, 0L), fields(scene.log.only(EventId.TLB_INVALIDATED)));
    }

    // Flushes

    private void fillGlobalAndOther(Scene some) {
        some.entry(TABLE, 5, 0x9107);
        some.entry(TABLE, 6, 0xa007);
        some.read(0x5000);
        some.read(0x6000);
        some.log.clear();
    }

    @Test
    void aWriteOfCr3KeepsGlobalEntriesUnderPgeAndDropsTheCacheOfDirectoryEntries() {
        fillGlobalAndOther(scene);
        machine.writeCr3(0x1000);
        assertEquals(
                List.of((long) FlushCause.CR3_WRITE.ordinal(), 2L, 2L, 1L),
                fields(scene.log.only(EventId.TLB_FLUSHED)));
        assertEquals(1, scene.held(Tlb.DATA_4K));
        assertEquals(1, scene.held(Tlb.SECOND_LEVEL));
        assertEquals(0, scene.held(Tlb.WALK_CACHE));
        scene.log.clear();
        assertEquals(9, scene.read(0x5000));
        assertEquals(List.of(), scene.log.ids(), "kept, and not changed");
    }

    @Test
    void withoutPgeNothingIsGlobal() {
        machine.writeCr4(ControlBits.CR4_PSE);
        fillGlobalAndOther(scene);
        machine.writeCr3(0x1000);
        assertEquals(List.of(1L, 4L, 0L, 1L), fields(scene.log.only(EventId.TLB_FLUSHED)));
    }

    @Test
    void aGlobalEntryThatTheNewDirectoryMapsOtherwiseIsToldWhenUsed() {
        fillGlobalAndOther(scene);
        machine.memory().write(10, 0, 0x3007);
        machine.writeCr3(0xa000);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> assertEquals(9, scene.read(0x5000))));
    }

    @Test
    void aGlobalEntryThatTheNewDirectoryMapsAlikeIsWatchedThroughThatFromThenOn() {
        fillGlobalAndOther(scene);
        machine.memory().write(10, 0, 0x2007);
        machine.writeCr3(0xa000);
        assertEquals(0, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x5000)));
        scene.entry(10, 0, 0x3007);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x5000)));
        scene.entry(OTHER_TABLE, 5, 0x7007);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x5000)), "through the new table too");
    }

    @Test
    void aChangeOfPgeEitherWayASetSmepAndAClearedPgDropEverything() {
        fillGlobalAndOther(scene);
        machine.writeCr4(ControlBits.CR4_PSE);
        assertFlushed(FlushCause.CR4_PGE);
        machine.writeCr4(PSE_PGE);
        assertFlushed(FlushCause.CR4_PGE);
        machine.writeCr4(PSE_PGE | ControlBits.CR4_SMEP);
        assertFlushed(FlushCause.CR4_SMEP);
        machine.writeCr4(PSE_PGE);
        assertEquals(0, scene.log.count(EventId.TLB_FLUSHED), "SMEP cleared");
        machine.writeCr4(ControlBits.CR4_PGE);
        assertFlushed(FlushCause.CR4_PSE);
        machine.writeCr4(PSE_PGE);
        assertFlushed(FlushCause.CR4_PSE);
        machine.writeCr0(ControlBits.CR0_PE);
        assertFlushed(FlushCause.CR0_PG);
        assertEquals(5, scene.read(0x5000));
        machine.writeCr0(PAGING);
        assertEquals(0, scene.log.count(EventId.TLB_FLUSHED), "PG set");
    }

    private void assertFlushed(FlushCause cause) {
        EventLog.Told flush = scene.log.only(EventId.TLB_FLUSHED);
        assertEquals(cause.ordinal(), flush.field(0));
        assertEquals(0, flush.field(2), cause + " keeps nothing");
        for (Tlb tlb : Tlb.values()) {
            assertEquals(0, scene.held(tlb), cause + " " + tlb);
        }
        if (cause != FlushCause.CR0_PG) {
            fillGlobalAndOther(scene);
        } else {
            scene.log.clear();
        }
    }

    @Test
    void aChangeOfWriteProtectSmapOrTheSameBitsAgainDropsNothing() {
        fillGlobalAndOther(scene);
        machine.writeCr0(PAGING & ~ControlBits.CR0_WP);
        machine.writeCr0(PAGING);
        machine.writeCr4(PSE_PGE | ControlBits.CR4_SMAP);
        machine.writeCr4(PSE_PGE | ControlBits.CR4_SMAP);
        assertEquals(0, scene.log.count(EventId.TLB_FLUSHED));
        assertEquals(2, scene.held(Tlb.DATA_4K));
    }

    @Test
    void wpIsAppliedAtUse() {
        scene.entry(TABLE, 5, 0x9065);
        scene.read(0x5000);
        assertEquals(Mmu.FAULT, scene.write(0x5000));
        scene.read(0x5000);
        machine.writeCr0(PAGING & ~ControlBits.CR0_WP);
        assertEquals(9, scene.write(0x5000));
        assertEquals(1, scene.log.count(EventId.PAGE_FAULTED));
    }

    @Test
    void whereAChangeOfPseDropsNothingWhatItChangesIsToldWhenUsed() {
        Scene pentium = new Scene(TestProfiles.tree(TestProfiles.PENTIUM, false, false));
        pentium.entry(TABLE, 5, 0x9007);
        pentium.read(0x5000);
        pentium.read(LARGE);
        pentium.log.clear();
        pentium.machine.writeCr4(0);
        assertEquals(List.of(EventId.CONTROL_REGISTER_WRITTEN), pentium.log.ids());
        assertEquals(0, pentium.told(EventId.CHANGED_ENTRY_USED, () -> pentium.read(0x5000)));
        assertEquals(1, pentium.told(EventId.CHANGED_ENTRY_USED, () -> assertEquals(0x800, pentium.read(LARGE))));
    }

    @Test
    void aCachedDirectoryEntryRefersToATableWhateverPsMeansByNow() {
        Scene pentium = new Scene(TestProfiles.tree(TestProfiles.PENTIUM, false, false));
        pentium.machine.writeCr4(0);
        pentium.entry(Scene.DIRECTORY, 4, 0x5087);
        pentium.entry(5, 0, 0x9007);
        pentium.entry(5, 1, 0xa007);
        pentium.read(0x100_0000);
        pentium.machine.writeCr4(ControlBits.CR4_PSE);
        pentium.log.clear();
        assertEquals(10, pentium.read(0x100_1000));
        assertEquals(
                Tlb.WALK_CACHE.ordinal(),
                pentium.log.only(EventId.CHANGED_ENTRY_USED).field(0));
        pentium.machine.invlpg(0x100_1000);
        assertEquals(Mmu.FAULT, pentium.read(0x100_1000));
        assertEquals(9, pentium.machine.mmu().faultCode(), "bit 12 of a 4 MB page is reserved without PAT");
    }

    // The cache of directory entries

    @Test
    void aStaleDirectoryEntryIsServedByItsCacheAndSaysSo() {
        scene.entry(TABLE, 5, 0x9007);
        scene.entry(TABLE, 6, 0xa007);
        scene.read(0x5000);
        scene.entry(Scene.DIRECTORY, 0, 0);
        scene.log.clear();
        assertEquals(10, scene.read(0x6000));
        EventLog.Told used = scene.log.only(EventId.CHANGED_ENTRY_USED);
        assertEquals(List.of((long) Tlb.WALK_CACHE.ordinal(), 0L, 0L, 0x6000L, 0L, 0L, 0L), fields(used));
        EventLog.Told fill = scene.log.only(EventId.TLB_FILLED);
        assertEquals(0x2027, fill.field(5));
        assertEquals(1, fill.field(11), "one reference: the directory entry was cached");
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x6000)), "the fill is stale as well");
        machine.invlpg(0x6000);
        assertEquals(Mmu.FAULT, scene.read(0x6000));
        assertEquals(0, machine.mmu().faultCode());
    }

    @Test
    void whatAStaleDirectoryEntryFilledIsStaleInTheSecondLevelToo() {
        scene.entry(TABLE, 5, 0x9007);
        scene.entry(TABLE, 6, 0xa007);
        scene.read(0x5000);
        scene.entry(Scene.DIRECTORY, 0, OTHER_TABLE << 12 | 7);
        scene.read(0x6000);
        scene.log.clear();
        scene.fetch(0x6000);
        assertEquals(
                Tlb.SECOND_LEVEL.ordinal(),
                scene.log.only(EventId.CHANGED_ENTRY_USED).field(0));
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x6000)));
        assertEquals(0, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x6000)));
        scene.entry(OTHER_TABLE, 6, 0xb007);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x6000)), "its new table is watched");
    }

    @Test
    void aWalkThatUsesTheCacheDoesNotMarkTheDirectoryEntryAgain() {
        scene.entry(TABLE, 5, 0x9007);
        scene.entry(TABLE, 6, 0xa007);
        scene.read(0x5000);
        scene.entry(Scene.DIRECTORY, 0, 0x2007);
        scene.read(0x6000);
        assertEquals(0x2007, scene.word(Scene.DIRECTORY, 0));
        assertEquals(1, scene.log.count(EventId.WALK_CACHE_FILLED));
    }

    @Test
    void aPageFaultDropsThePagesEntriesAndTheCachedDirectoryEntryOfItsSlotOnly() {
        scene.entry(TABLE, 5, 0x9005);
        scene.entry(OTHER_TABLE, 5, 0xa007);
        scene.read(0x40_5000);
        scene.read(0x5000);
        scene.fetch(0x5000);
        assertEquals(2, scene.held(Tlb.WALK_CACHE));
        scene.log.clear();
        assertEquals(Mmu.FAULT, scene.write(0x5004));
        assertEquals(
                List.of((long) FlushCause.PAGE_FAULT.ordinal(), 0x5004L, 3L, 2L, 1L),
                fields(scene.log.only(EventId.TLB_INVALIDATED)));
        assertEquals(1, scene.held(Tlb.WALK_CACHE));
        assertEquals(0, scene.held(Tlb.INSTRUCTION_4K));
        assertEquals(1, scene.held(Tlb.DATA_4K));
    }

    @Test
    void a4MPageLeavesNothingInTheCacheOfDirectoryEntries() {
        scene.read(LARGE);
        assertEquals(0, scene.held(Tlb.WALK_CACHE));
        assertEquals(0, scene.log.count(EventId.WALK_CACHE_FILLED));
    }

    // The second level

    @Test
    void theSecondLevelFillsTheFirstWithoutAWalk() {
        scene.entry(TABLE, 5, 0x9167);
        scene.read(0x5000);
        scene.log.clear();
        long before = machine.now();
        assertEquals(9, scene.fetch(0x5000));
        assertEquals(List.of(EventId.TLB_FILLED), scene.log.ids());
        assertEquals(
                List.of(
                        (long) Tlb.INSTRUCTION_4K.ordinal(),
                        1L,
                        0L,
                        0L,
                        5L,
                        0x2027L,
                        0x9167L,
                        15L,
                        1L,
                        1L,
                        (long) FillCause.SECOND_LEVEL.ordinal(),
                        0L),
                fields(scene.log.only(EventId.TLB_FILLED)));
        assertEquals(11, machine.now() - before);
    }

    @Test
    void aChangedSecondLevelEntryIsToldAndSoIsWhatItFills() {
        scene.entry(TABLE, 5, 0x9067);
        scene.read(0x5000);
        scene.entry(TABLE, 5, 0xa067);
        scene.log.clear();
        assertEquals(9, scene.fetch(0x5000));
        assertEquals(
                Tlb.SECOND_LEVEL.ordinal(),
                scene.log.only(EventId.CHANGED_ENTRY_USED).field(0));
        scene.log.clear();
        assertEquals(9, scene.fetch(0x5000));
        assertEquals(
                Tlb.INSTRUCTION_4K.ordinal(),
                scene.log.only(EventId.CHANGED_ENTRY_USED).field(0));
    }

    @Test
    void aSecondLevelEntryWithoutTheRightFaultsAndIsDropped() {
        machine.writeCr4(PSE_PGE | ControlBits.CR4_SMEP);
        scene.entry(TABLE, 5, 0x9067);
        scene.read(0x5000);
        scene.log.clear();
        assertEquals(Mmu.FAULT, scene.fetch(0x5000));
        assertEquals(0x11, machine.mmu().faultCode());
        assertEquals(0, scene.log.only(EventId.PAGE_FAULTED).field(6));
        assertEquals(0, scene.held(Tlb.SECOND_LEVEL));
    }

    @Test
    void aCleanSecondLevelEntryServesNoWrite() {
        scene.entry(TABLE, 5, 0x9007);
        scene.fetch(0x5000);
        scene.log.clear();
        assertEquals(9, scene.write(0x5000));
        EventLog.Told fill = scene.log.only(EventId.TLB_FILLED);
        assertEquals(FillCause.DIRTY.ordinal(), fill.field(10));
        assertEquals(2, fill.field(11));
        assertEquals(1, scene.held(Tlb.SECOND_LEVEL), "in the same way");
    }

    @Test
    void the4MPagesOfTheSecondLevelArePromotedWhole() {
        scene.read(LARGE + 0x1000);
        scene.log.clear();
        assertEquals(0x802, scene.fetch(LARGE + 0x2000));
        EventLog.Told fill = scene.log.only(EventId.TLB_FILLED);
        assertEquals(Tlb.INSTRUCTION_4M.ordinal(), fill.field(0));
        assertEquals(0x800, fill.field(4));
        assertEquals(FillCause.SECOND_LEVEL.ordinal(), fill.field(10));
    }

    @Test
    void aSecondLevelFor4KOnlyIsNotFilledBy4MPages() {
        Scene tree = new Scene(TestProfiles.tree(TestProfiles.ALL, true, false));
        tree.read(LARGE);
        assertEquals(-1, tree.log.only(EventId.TLB_FILLED).field(3));
        assertEquals(0, tree.held(Tlb.SECOND_LEVEL));
    }

    // The recursive window

    @Test
    void theWindowTranslatesThroughTheDirectoryAndMarksThere() {
        assertEquals(TABLE, scene.read(0xffc0_0000));
        assertEquals(0x2027, scene.word(Scene.DIRECTORY, 0));
        assertEquals(0x1023, scene.word(Scene.DIRECTORY, 1023));
        assertEquals(TABLE, scene.write(0xffc0_0014));
        assertEquals(0x2067, scene.word(Scene.DIRECTORY, 0), "the directory entry is the window page's leaf: D too");
        assertEquals(0x1023, scene.word(Scene.DIRECTORY, 1023));
    }

    @Test
    void theDirectorysOwnPageMarksItsOneWordOnceForBothLevels() {
        assertEquals(Scene.DIRECTORY, scene.write(0xffff_f000));
        assertEquals(0x1063, scene.word(Scene.DIRECTORY, 1023));
        List<EventLog.Told> marks = scene.log.of(EventId.ENTRY_MARKED);
        assertEquals(
                List.of(0x1003L, 0x1023L),
                List.of(marks.get(0).field(2), marks.get(0).field(3)));
        assertEquals(
                List.of(0x1023L, 0x1063L),
                List.of(marks.get(1).field(2), marks.get(1).field(3)));
    }

    @Test
    void aRelinkedTableIsStillSeenOldThroughTheWindowUntilItsPageIsInvalidated() {
        scene.read(0xffc0_0000);
        scene.entry(Scene.DIRECTORY, 0, OTHER_TABLE << 12 | 7);
        machine.invlpg(0x5000);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> assertEquals(TABLE, scene.read(0xffc0_0000))));
        machine.invlpg(0xffc0_0000);
        assertEquals(OTHER_TABLE, scene.read(0xffc0_0000));
    }

    // Marks and faults of a walk

    @Test
    void aFaultPastAPresentDirectoryEntryMarksThatAndNotTheTableEntry() {
        assertEquals(Mmu.FAULT, scene.write(0x7000));
        assertEquals(0x2027, scene.word(Scene.DIRECTORY, 0));
        assertEquals(2, machine.mmu().faultCode());
        assertEquals(List.of(EventId.ENTRY_MARKED, EventId.TLB_INVALIDATED, EventId.PAGE_FAULTED), scene.log.ids());
        assertEquals(2, scene.log.only(EventId.PAGE_FAULTED).field(6));
        scene.entry(OTHER_TABLE, 7, 0x9003);
        machine.privilege(3, false);
        assertEquals(Mmu.FAULT, scene.read(0x40_7000));
        assertEquals(5, machine.mmu().faultCode());
        assertEquals(0x3027, scene.word(Scene.DIRECTORY, 1));
        assertEquals(0x9003, scene.word(OTHER_TABLE, 7));
    }

    @Test
    void aFaultOnA4MPageMarksNothing() {
        scene.entry(Scene.DIRECTORY, 2, LARGE | 0x83);
        machine.privilege(3, false);
        assertEquals(Mmu.FAULT, scene.read(LARGE));
        assertEquals(LARGE | 0x83, scene.word(Scene.DIRECTORY, 2));
        scene.entry(Scene.DIRECTORY, 2, LARGE | 1 << 21 | 0x87);
        assertEquals(Mmu.FAULT, scene.read(LARGE));
        assertEquals(0xd, machine.mmu().faultCode());
        assertEquals(1, scene.log.of(EventId.PAGE_FAULTED).get(1).field(6), "one reference");
    }

    @Test
    void withPseClearNoBitOfAnEntryIsReserved() {
        Scene pentium = new Scene(TestProfiles.tree(TestProfiles.PENTIUM, false, false));
        pentium.entry(TABLE, 5, 0x9087);
        assertEquals(Mmu.FAULT, pentium.read(0x5000));
        assertEquals(9, pentium.machine.mmu().faultCode());
        pentium.machine.writeCr4(0);
        assertEquals(9, pentium.read(0x5000));
        pentium.entry(Scene.DIRECTORY, 0, 0x2087);
        assertEquals(9, pentium.read(0x5000));
    }

    @Test
    void anAccessBeyondRamReadsAnOpenBus() {
        scene.entry(Scene.DIRECTORY, 1, 0xabc_d007);
        assertEquals(0xfffff, scene.read(0x40_0000));
        scene.entry(TABLE, 1, 0xabcd_e007);
        assertEquals(0xabcde, scene.write(0x1000));
    }

    // Time and counts

    @Test
    void cyclesPassAsTheProfileSays() {
        scene.entry(TABLE, 5, 0x9007);
        scene.entry(TABLE, 6, 0xa007);
        assertCycles(1 + 2 * 100, () -> scene.read(0x5000));
        assertCycles(1, () -> scene.read(0x5000));
        assertCycles(1 + 100, () -> scene.read(0x6000));
        assertCycles(1 + 10, () -> scene.fetch(0x5000));
        assertCycles(1 + 2 * 100, () -> scene.write(0x5000));
        assertCycles(1 + 100, () -> scene.read(LARGE));
        assertCycles(1 + 100, () -> scene.read(0x7fff_0000));
        assertCycles(1_000, () -> machine.invlpg(0));
        assertCycles(3_000, () -> machine.writeCr3(0x1000));
        assertCycles(7_000, () -> machine.writeCr4(PSE_PGE));
        assertCycles(7_000, () -> machine.writeCr0(PAGING));
    }

    private void assertCycles(long cycles, Runnable action) {
        long before = machine.now();
        action.run();
        assertEquals(cycles, machine.now() - before);
    }

    @Test
    void everyAccessIsCountedByKindAndByWhatServedIt() {
        scene.entry(TABLE, 5, 0x9007);
        scene.read(0x5000);
        scene.read(0x5000);
        scene.fetch(0x5000);
        scene.write(0x5000);
        scene.write(0x5000);
        scene.read(LARGE);
        scene.read(LARGE);
        scene.read(0x7fff_0000);
        scene.log.clear();
        machine.tellAccesses();
        assertEquals(List.of(5L, 2L, 1L, 0L, 3L, 1L, 4L), fields(scene.log.only(EventId.ACCESSES_COUNTED)));
        machine.tellAccesses();
        assertEquals(1, scene.log.count(EventId.ACCESSES_COUNTED), "nothing to tell, nothing told");
        machine.writeCr0(ControlBits.CR0_PE);
        scene.log.clear();
        scene.read(0x5000);
        scene.fetch(0x5000);
        machine.writeCr0(PAGING);
        assertEquals(EventId.ACCESSES_COUNTED, scene.log.ids().get(0), "told before the mode changes");
        assertEquals(List.of(1L, 0L, 1L, 2L, 0L, 0L, 0L), fields(scene.log.only(EventId.ACCESSES_COUNTED)));
    }

    @Test
    void aHitWithoutTheRightCountsAsAHitOfItsLevel() {
        scene.entry(TABLE, 5, 0x9005);
        scene.read(0x5000);
        scene.write(0x5000);
        machine.writeCr4(PSE_PGE | ControlBits.CR4_SMEP);
        scene.read(0x5000);
        scene.fetch(0x5000);
        scene.log.clear();
        machine.tellAccesses();
        assertEquals(List.of(2L, 1L, 1L, 0L, 1L, 1L, 2L), fields(scene.log.only(EventId.ACCESSES_COUNTED)));
    }

    @Test
    void aMachineHasTheCachesOfItsProfile() {
        MachineProfile unified = TestProfiles.unified(TestProfiles.NONE, true, false);
        Machine plain = new Machine(unified, 4096, new EventLog());
        assertEquals(2, plain.cache(Tlb.UNIFIED).sets());
        assertEquals(4, plain.cache(Tlb.UNIFIED).ways());
        for (Tlb tlb : Tlb.values()) {
            if (tlb != Tlb.UNIFIED) {
                assertNull(plain.cache(tlb), tlb.name());
            }
        }
        assertNull(machine.cache(Tlb.UNIFIED));
        assertEquals(4, machine.cache(Tlb.INSTRUCTION_4K).sets());
        assertEquals(1, machine.cache(Tlb.INSTRUCTION_4M).sets());
        assertEquals(8, machine.cache(Tlb.SECOND_LEVEL).sets());
        assertEquals(2, machine.cache(Tlb.WALK_CACHE).sets());
    }

    @Test
    void aSecondLevelWriteOfACleanPageCountsAsAWalk() {
        scene.entry(TABLE, 5, 0x9007);
        scene.fetch(0x5000);
        scene.write(0x5000);
        scene.log.clear();
        machine.tellAccesses();
        assertEquals(List.of(0L, 1L, 1L, 0L, 0L, 0L, 2L), fields(scene.log.only(EventId.ACCESSES_COUNTED)));
    }

    @Test
    void aFillNamesTheWayOfBothLevelsAndTheSlotOfTheDirectoryEntry() {
        scene.entry(OTHER_TABLE, 5, 0x9007);
        scene.entry(OTHER_TABLE, 13, 0xa007);
        scene.read(0x40_5000);
        assertEquals(List.of(1L, 0L, 0x40_0000L, 0x3027L), fields(scene.log.only(EventId.WALK_CACHE_FILLED)));
        scene.log.clear();
        scene.read(0x40_d000);
        EventLog.Told fill = scene.log.only(EventId.TLB_FILLED);
        assertEquals(List.of(1L, 1L, 1L), List.of(fill.field(1), fill.field(2), fill.field(3)));
    }

    @Test
    void theSecondLevelServes4MPagesUnderEitherRule() {
        Scene largeFirst = new Scene(TestProfiles.split(TestProfiles.ALL, true, true));
        largeFirst.read(LARGE);
        largeFirst.log.clear();
        largeFirst.fetch(LARGE);
        assertEquals(
                FillCause.SECOND_LEVEL.ordinal(),
                largeFirst.log.only(EventId.TLB_FILLED).field(10));
    }

    @Test
    void aStale4MPageOverATableIsToldPageByPage() {
        scene.read(LARGE);
        scene.entry(Scene.DIRECTORY, 2, OTHER_TABLE << 12 | 7);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(LARGE)));
        assertEquals(0, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(LARGE + 0x104)));
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(LARGE + 0x1000)));
        scene.entry(OTHER_TABLE, 1, 0x9007);
        assertEquals(1, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(LARGE + 0x1000)));
    }

    @Test
    void theSameCr4WrittenAgainMakesNothingWorthTellingAgain() {
        scene.entry(TABLE, 5, 0x9007);
        scene.read(0x5000);
        scene.entry(TABLE, 5, 0);
        scene.read(0x5000);
        machine.writeCr4(PSE_PGE);
        assertEquals(0, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x5000)));
    }

    @Test
    void onlyAChangeOfPgTellsTheAccessesSoFar() {
        scene.read(0x5000);
        machine.writeCr0(PAGING & ~ControlBits.CR0_WP);
        assertEquals(0, scene.log.count(EventId.ACCESSES_COUNTED));
    }
}

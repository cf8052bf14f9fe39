package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.pagetrail.recorder.machine.Scene.fields;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;
import org.pagetrail.traces.profile.MachineProfiles;

class MachineTest {
    private final EventLog log = new EventLog();
    private final MachineProfile profile = TestProfiles.split();
    private final Machine machine = new Machine(profile, 32 << 12, log);

    @Test
    void itBeginsInProtectedModeWithPagingOff() {
        assertEquals(ControlBits.CR0_PE, machine.register(ControlRegister.CR0));
        assertEquals(0, machine.register(ControlRegister.CR3));
        assertEquals(0, machine.register(ControlRegister.CR4));
        assertEquals(0, machine.now());
        assertEquals(-1, machine.stackPage());
        assertEquals(profile, machine.profile());
        assertTrue(log.all().isEmpty());
        machine.store(0x5008, 77);
        assertEquals(77, machine.load(0x5008));
        assertEquals(77, machine.memory().read(5, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 20, 21, 22, 31})
    void aBitOfCr4IsAcceptedExactlyWhereTheProfileHasIt(int bit) {
        Features[] some = {
            TestProfiles.NONE,
            TestProfiles.ALL,
            new Features(true, false, true, true, 36, false, false),
            new Features(false, true, true, true, 36, false, false),
            new Features(false, false, true, true, 36, true, false),
            new Features(false, false, true, true, 36, false, true)
        };
        for (Features features : some) {
            Machine one = new Machine(TestProfiles.unified(features, true, false), 4096, new EventLog());
            boolean has = bit == 4 && features.pse()
                    || bit == 7 && features.pge()
                    || bit == 20 && features.smep()
                    || bit == 21 && features.smap();
            if (has) {
                one.writeCr4(1 << bit);
                assertEquals(1 << bit, one.register(ControlRegister.CR4));
            } else {
                GeneralProtectionException refused =
                        assertThrows(GeneralProtectionException.class, () -> one.writeCr4(1 << bit));
                assertTrue(refused.getMessage().contains("bit " + bit + " "), refused.getMessage());
                assertTrue(refused.getMessage().contains("unified"), refused.getMessage());
                assertEquals(0, one.register(ControlRegister.CR4));
            }
        }
    }

    @Test
    void pagingWithoutProtectedModeIsRefusedAndChangesNothing() {
        GeneralProtectionException refused =
                assertThrows(GeneralProtectionException.class, () -> machine.writeCr0(ControlBits.CR0_PG));
        assertTrue(refused.getMessage().contains("CR0.PG"));
        assertEquals(ControlBits.CR0_PE, machine.register(ControlRegister.CR0));
        assertTrue(log.all().isEmpty());
        machine.writeCr0(0);
        assertEquals(0, machine.register(ControlRegister.CR0));
    }

    @Test
    void aControlWriteIsToldWithWhereItHappened() {
        machine.jump(0x10_0040);
        machine.moveStack(0x9000);
        log.clear();
        machine.writeCr3(0x4018);
        assertEquals(
                List.of(1L, 0L, 0x4018L, 0x10_0040L, 0x9000L, 0L), fields(log.only(EventId.CONTROL_REGISTER_WRITTEN)));
        assertEquals(List.of(EventId.CONTROL_REGISTER_WRITTEN, EventId.TLB_FLUSHED), log.ids());
        assertEquals(3_000, log.only(EventId.CONTROL_REGISTER_WRITTEN).tick());
        log.clear();
        machine.writeCr4(ControlBits.CR4_PGE);
        assertEquals(2, log.only(EventId.CONTROL_REGISTER_WRITTEN).field(0));
        machine.writeCr0(ControlBits.CR0_PE | ControlBits.CR0_WP);
        assertEquals(
                List.of(0L, 1L, 0x1_0001L),
                fields(log.of(EventId.CONTROL_REGISTER_WRITTEN).get(1)).subList(0, 3));
    }

    @Test
    void theStackPointerIsToldOnlyWhenItComesToAnotherPage() {
        machine.moveStack(0x9000);
        assertEquals(8, log.only(EventId.STACK_POINTER_MOVED).field(0), "the next push goes below");
        machine.push(1);
        machine.push(2);
        assertEquals(1, log.count(EventId.STACK_POINTER_MOVED));
        assertEquals(0x8ff8, machine.sp());
        assertEquals(1, machine.memory().read(8, 1023));
        assertEquals(2, machine.memory().read(8, 1022));
        assertEquals(2, machine.pop());
        assertEquals(1, machine.pop());
        assertEquals(0x9000, machine.sp());
        machine.moveStack(0x8004);
        assertEquals(1, log.count(EventId.STACK_POINTER_MOVED));
        machine.moveStack(0x8000);
        assertEquals(7, log.of(EventId.STACK_POINTER_MOVED).get(1).field(0));
        assertEquals(7, machine.stackPage());
    }

    @Test
    void fetchesReadsAndWritesAreCountedAsWhatTheyAre() {
        machine.jump(0x5000);
        assertEquals(0x5000, machine.ip());
        machine.fetch();
        machine.load(0x5000);
        machine.store(0x5000, 1);
        machine.touch(0x5000, AccessKind.FETCH);
        machine.touch(0x5000, AccessKind.WRITE);
        machine.touch(0x5000, AccessKind.READ);
        machine.touch(0x5000, AccessKind.READ);
        machine.tellAccesses();
        assertEquals(List.of(3L, 2L, 2L, 7L, 0L, 0L, 0L), fields(log.only(EventId.ACCESSES_COUNTED)));
        assertEquals(7, machine.now());
    }

    @Test
    void accessesAreToldInBatches() {
        for (int i = 0; i < 1 << 16; i++) {
            assertEquals(0, log.count(EventId.ACCESSES_COUNTED));
            machine.fetch();
        }
        assertEquals(1 << 16, log.only(EventId.ACCESSES_COUNTED).field(2));
        for (int i = 1; i < 1 << 16; i++) {
            machine.fetch();
        }
        assertEquals(1, log.count(EventId.ACCESSES_COUNTED));
        machine.fetch();
        assertEquals(2, log.count(EventId.ACCESSES_COUNTED));
    }

    @Test
    void aPageIsClearedInOneAccessAndTheProfilesTime() {
        machine.store(0x5000, 1);
        machine.store(0x5ffc, 1);
        machine.store(0x6000, 9);
        long before = machine.now();
        machine.clearPage(0x5804);
        assertEquals(1 + 110_000, machine.now() - before);
        assertEquals(5, log.only(EventId.FRAME_CLEARED).field(0));
        assertTrue(Frames.isClear(machine.memory(), 5));
        assertEquals(9, machine.load(0x6000));
    }

    @Test
    void clearingALiveTableTellsEveryEntryThatGoes() {
        Scene scene = new Scene(profile);
        scene.entry(Scene.TABLE, 2, 0x2003);
        scene.entry(Scene.TABLE, 3, 0x9003);
        scene.entry(Scene.TABLE, 1023, 0xa003);
        scene.log.clear();
        scene.machine.clearPage(0x2000);
        assertEquals(3, scene.log.count(EventId.PAGE_UNMAPPED));
        assertEquals(EventId.FRAME_CLEARED, scene.log.ids().get(scene.log.ids().size() - 1));
        assertTrue(Frames.isClear(scene.machine.memory(), Scene.TABLE));
    }

    @Test
    void aStoreThatChangesNothingIsAnAccessAndNoMore() {
        Scene scene = new Scene(profile);
        scene.entry(Scene.TABLE, 5, 0x9003);
        scene.read(0x5000);
        scene.log.clear();
        scene.machine.write(Scene.TABLE, 5, 0x9023);
        assertEquals(List.of(), scene.log.ids());
        assertEquals(0, scene.told(EventId.CHANGED_ENTRY_USED, () -> scene.read(0x5000)));
    }

    @Test
    void descriptorTablesAreToldWhenLoaded() {
        machine.loadDescriptorTable(DescriptorTable.IDT, 0x2000, 0x7ff);
        assertEquals(
                List.of((long) DescriptorTable.IDT.ordinal(), 0x2000L, 0x7ffL, 0L),
                fields(log.only(EventId.DESCRIPTOR_TABLE_LOADED)));
        machine.loadDescriptorTable(DescriptorTable.GDT, 0x1000, 0x37);
        assertEquals(
                DescriptorTable.GDT.ordinal(),
                log.of(EventId.DESCRIPTOR_TABLE_LOADED).get(1).field(0));
    }

    private long handlerTold(Machine loading, EventLog told, int linear, int limit) {
        loading.loadDescriptorTable(DescriptorTable.IDT, linear, limit);
        List<EventLog.Told> all = told.of(EventId.DESCRIPTOR_TABLE_LOADED);
        return all.get(all.size() - 1).field(3);
    }

    @Test
    void loadingAnInterruptTableTellsWhereItsPageFaultGateLeads() {
        int gate = 0x4000 + 14 * 8;
        machine.store(gate, 0x0008_5678);
        machine.store(gate + 4, 0xc012_8e00);
        assertEquals(0xc012_5678L, handlerTold(machine, log, 0x4000, 14 * 8 + 7));
        assertEquals(0, handlerTold(machine, log, 0x4000, 14 * 8 + 6), "the gate is beyond the limit");
        machine.store(gate + 4, 0xc012_0e00);
        assertEquals(0, handlerTold(machine, log, 0x4000, 0x7ff), "the gate is absent");
    }

    @Test
    void thePageFaultGateIsLookedUpThroughThePagingStructuresWithoutAnAccess() {
        Scene scene = new Scene(MachineProfiles.named("p6"));
        scene.entry(Scene.TABLE, 7, 0x9003);
        scene.machine.memory().write(9, 28, 0x0008_1234);
        scene.machine.memory().write(9, 29, 0xc030_8e00);
        scene.log.clear();
        assertEquals(0xc030_1234L, handlerTold(scene.machine, scene.log, 0x7000, 0x7ff));
        assertEquals(List.of(EventId.DESCRIPTOR_TABLE_LOADED), scene.log.ids());
        assertEquals(0, handlerTold(scene.machine, scene.log, 0x6000, 0x7ff), "no page is there");
        assertEquals(0, handlerTold(scene.machine, scene.log, 0x0f00_0000, 0x7ff), "no table is there");
    }

    @Test
    void theTaskRegisterTakesBaseAndLimitOfItsDescriptorAndMarksItBusy() {
        machine.loadDescriptorTable(DescriptorTable.GDT, 0x1000, 0x37);
        machine.store(0x1028, 0x5678_1234);
        machine.store(0x102c, 0x9a0b_89bc);
        log.clear();
        machine.loadTaskRegister(0x2b);
        assertEquals(
                List.of((long) DescriptorTable.TSS.ordinal(), 0x9abc_5678L, 0xb_1234L, 0L),
                fields(log.only(EventId.DESCRIPTOR_TABLE_LOADED)));
        assertEquals(0x9a0b_8bbc, machine.load(0x102c));
    }

    @Test
    void stoppingIsToldLastAndThrown() {
        machine.fetch();
        MachineStopped stopped = assertThrows(MachineStopped.class, () -> machine.stop(StopReason.HALT));
        assertEquals(StopReason.HALT, stopped.reason());
        assertEquals(List.of(EventId.ACCESSES_COUNTED, EventId.MACHINE_STOPPED), log.ids());
        assertEquals(
                StopReason.HALT.ordinal(), log.only(EventId.MACHINE_STOPPED).field(0));
        assertEquals(0, stopped.getStackTrace().length);
    }

    @Test
    void aRequestedStopEndsTheRunAtTheNextFetch() {
        machine.requestStop();
        machine.load(0x1000);
        MachineStopped stopped = assertThrows(MachineStopped.class, machine::fetch);
        assertEquals(StopReason.INTERRUPTED, stopped.reason());
        assertEquals(
                StopReason.INTERRUPTED.ordinal(),
                log.only(EventId.MACHINE_STOPPED).field(0));
    }

    @Test
    void addressSpacesAreToldBeforeWhatBecomesLiveByThem() {
        machine.memory().write(4, 1, 0x5003);
        machine.createAddressSpace(4, 9, 3);
        assertEquals(List.of(EventId.ADDRESS_SPACE_CREATED, EventId.TABLE_LINKED), log.ids());
        assertEquals(List.of(4L, 9L, 3L), fields(log.only(EventId.ADDRESS_SPACE_CREATED)));
        machine.retireAddressSpace(4, 9, 3);
        assertEquals(List.of(4L, 9L, 3L), fields(log.only(EventId.ADDRESS_SPACE_RETIRED)));
        machine.createAddressSpace(99, 1, 0);
        machine.retireAddressSpace(99, 1, 0);
        assertEquals(2, log.count(EventId.ADDRESS_SPACE_CREATED), "beyond RAM: told, and nothing more");
    }
}

package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.pagetrail.recorder.machine.Scene.TABLE;
import static org.pagetrail.recorder.machine.Scene.fields;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.DescriptorTable;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.ia32.ControlBits;

/** Pages 10 to 14 hold GDT, IDT, TSS, handler and stack, one to one; 15 is the stack of user mode, 16 its code. */
class FaultDeliveryTest {
    private static final int GDT = 0xa000;
    private static final int IDT = 0xb000;
    private static final int TSS = 0xc000;
    private static final int HANDLER = 0xd010;
    private static final int STACK = 0xf000;
    private static final int USER_STACK = 0x1_0000;
    private static final int USER_CODE = 0x1_0040;
    private static final int CODE_SELECTOR = 8;
    private static final int TSS_SELECTOR = 16;
    private static final int HOLE = 0x2_0008;

    private final Scene scene = new Scene(TestProfiles.split());
    private final Machine machine = scene.machine;

    @BeforeEach
    void prepare() {
        for (int page = 10; page <= 14; page++) {
            scene.entry(TABLE, page, page << 12 | 3);
        }
        for (int page = 15; page <= 16; page++) {
            scene.entry(TABLE, page, page << 12 | 7);
        }
        machine.memory().write(GDT >>> 12, 4, TSS << 16 | 0x67);
        machine.memory().write(GDT >>> 12, 5, 0x8900);
        gate(14, HANDLER, CODE_SELECTOR);
        gate(8, HANDLER + 0x80, CODE_SELECTOR);
        machine.memory().write(TSS >>> 12, 1, STACK);
        machine.loadDescriptorTable(DescriptorTable.GDT, GDT, 23);
        machine.loadDescriptorTable(DescriptorTable.IDT, IDT, 15 * 8 - 1);
        machine.loadTaskRegister(TSS_SELECTOR);
        machine.moveStack(STACK - 0x100);
        machine.jump(0xd000);
        machine.onPageFault((linear, code) -> scene.entry(TABLE, linear >>> 12, 0x1_4007));
        machine.tellAccesses();
        scene.log.clear();
    }

    private void gate(int vector, int target, int selector) {
        machine.memory().write(IDT >>> 12, 2 * vector, selector << 16 | target & 0xffff);
        machine.memory().write(IDT >>> 12, 2 * vector + 1, target & 0xffff_0000 | 0x8e00);
    }

    @Test
    void aRepairedFaultIsReturnedFromAndTheAccessMadeAgain() {
        List<String> seen = new ArrayList<>();
        machine.onPageFault((linear, code) -> {
            seen.add(linear + " " + code + " at " + machine.ip() + " sp " + machine.sp());
            scene.entry(TABLE, linear >>> 12, 0x1_4007);
        });
        machine.store(HOLE, 42);
        assertEquals(List.of(HOLE + " 2 at " + HANDLER + " sp " + (STACK - 0x110)), seen);
        assertEquals(42, machine.memory().read(0x14, 2));
        assertEquals(0xd000, machine.ip());
        assertEquals(STACK - 0x100, machine.sp());
        EventLog.Told fault = scene.log.only(EventId.PAGE_FAULTED);
        assertEquals(List.of((long) HOLE, 2L, 0xd000L, STACK - 0x100L, 0L, 0L, 1L), fields(fault));
        assertEquals(0, scene.log.count(EventId.DOUBLE_FAULTED));
    }

    @Test
    void deliveryReadsGateAndDescriptorPushesFourWordsAndTakesItsTime() {
        machine.store(0xd100, 1);
        machine.tellAccesses();
        scene.log.clear();
        long before = machine.now();
        machine.load(HOLE);
        machine.tellAccesses();
        EventLog.Told counts = scene.log.only(EventId.ACCESSES_COUNTED);
        // The load twice, gate and descriptor two words each, and three words of the frame at the return.
        assertEquals(2 + 4 + 3, counts.field(0));
        assertEquals(4, counts.field(1));
        assertEquals(1, counts.field(2));
        assertTrue(machine.now() - before > 70_000);
        assertTrue(machine.now() - before < 72_000);
        assertEquals(0, machine.memory().read(14, 0xef0 / 4), "the error code, pushed last");
        assertEquals(0xd000, machine.memory().read(14, 0xef4 / 4), "the return address");
    }

    @Test
    void theGatesOffsetHasTwoHalves() {
        gate(14, 0x1_d020, CODE_SELECTOR);
        scene.entry(TABLE, 0x1d, 0x1_d003);
        List<Integer> ips = new ArrayList<>();
        machine.onPageFault((linear, code) -> {
            ips.add(machine.ip());
            scene.entry(TABLE, linear >>> 12, 0x1_4007);
        });
        machine.load(HOLE);
        assertEquals(List.of(0x1_d020), ips);
    }

    @Test
    void aSelectorsPrivilegeBitsDoNotCountAgainstTheTablesLimit() {
        machine.loadDescriptorTable(DescriptorTable.GDT, GDT, 15);
        gate(14, HANDLER, CODE_SELECTOR | 3);
        assertEquals(0, machine.load(HOLE));
        machine.loadDescriptorTable(DescriptorTable.GDT, GDT, 14);
        scene.entry(TABLE, HOLE >>> 12, 0);
        machine.invlpg(HOLE);
        assertEquals(StopReason.TRIPLE_FAULT, stopped(() -> machine.load(HOLE)));
    }

    @Test
    void fromUserModeTheStackIsTheTasksAndPrivilegeComesBack() {
        machine.privilege(3, true);
        machine.moveStack(USER_STACK);
        machine.jump(USER_CODE);
        scene.log.clear();
        List<String> seen = new ArrayList<>();
        machine.onPageFault((linear, code) -> {
            seen.add(
                    code + " cpl " + machine.registers().cpl + " ac " + machine.registers().ac + " sp " + machine.sp());
            scene.entry(TABLE, linear >>> 12, 0x1_4007);
        });
        machine.store(HOLE, 7);
        assertEquals(List.of("6 cpl 0 ac false sp " + (STACK - 24)), seen);
        assertEquals(3, machine.registers().cpl);
        assertTrue(machine.registers().ac);
        assertEquals(USER_STACK, machine.sp());
        assertEquals(USER_CODE, machine.ip());
        assertEquals(
                List.of(14L, 15L),
                scene.log.of(EventId.STACK_POINTER_MOVED).stream()
                        .map(e -> e.field(0))
                        .toList());
        assertEquals(
                List.of((long) HOLE, 6L, (long) USER_CODE, (long) USER_STACK, 3L, 1L, 1L),
                fields(scene.log.only(EventId.PAGE_FAULTED)));
        machine.tellAccesses();
        EventLog.Told counts = scene.log.only(EventId.ACCESSES_COUNTED);
        assertEquals(4 + 1 + 5, counts.field(0), "gate, descriptor, ESP0, five words at the return");
        assertEquals(2 + 6, counts.field(1));
        // Supervisor pages are out of reach again.
        machine.onPageFault((linear, code) -> {
            throw machine.stop(StopReason.HALT);
        });
        assertEquals(StopReason.HALT, stopped(() -> machine.load(GDT)));
    }

    @Test
    void withoutAnInterruptTableAFaultIsATripleFault() {
        machine.loadDescriptorTable(DescriptorTable.IDT, 0, -1);
        scene.log.clear();
        assertEquals(StopReason.TRIPLE_FAULT, stopped(() -> machine.load(HOLE)));
        assertEnd(EventId.PAGE_FAULTED);
        assertEquals(HOLE, scene.log.only(EventId.DOUBLE_FAULTED).field(0));
        assertEquals(
                StopReason.TRIPLE_FAULT.ordinal(),
                scene.log.only(EventId.MACHINE_STOPPED).field(0));
    }

    @Test
    void anInterruptTableOneByteTooShortIsNone() {
        machine.loadDescriptorTable(DescriptorTable.IDT, IDT, 15 * 8 - 2);
        assertEquals(StopReason.HALT, stopped(() -> machine.load(HOLE)), "but #DF has its gate");
        assertEquals(1, scene.log.count(EventId.DOUBLE_FAULTED));
        assertEquals(0, scene.log.count(EventId.TRIPLE_FAULTED));
    }

    @Test
    void aFaultThatCannotPushIsATripleFault() {
        machine.moveStack(0x3_0000);
        scene.log.clear();
        assertEquals(StopReason.TRIPLE_FAULT, stopped(() -> machine.load(HOLE)));
        List<EventLog.Told> faults = scene.log.of(EventId.PAGE_FAULTED);
        assertEquals(
                List.of((long) HOLE, 0x2_fffcL, 0x2_fffcL),
                faults.stream().map(f -> f.field(0)).toList());
        assertEquals(0x3_0000, machine.sp());
        assertEquals(
                List.of(0x2_fffcL, 2L, 0xd000L, 0x3_0000L, 0L, 0L), fields(scene.log.only(EventId.DOUBLE_FAULTED)));
        assertEquals(
                List.of(0x2_fffcL, 2L, 0xd000L, 0x3_0000L, 0L, 0L), fields(scene.log.only(EventId.TRIPLE_FAULTED)));
        assertEnd(EventId.PAGE_FAULTED);
    }

    @Test
    void fromUserModeAnUnmappedKernelStackIsATripleFaultWithTheInterruptedPrivilege() {
        machine.memory().write(TSS >>> 12, 1, 0x3_0000);
        machine.privilege(3, true);
        machine.moveStack(USER_STACK);
        scene.log.clear();
        assertEquals(StopReason.TRIPLE_FAULT, stopped(() -> machine.load(HOLE)));
        assertEquals(0, scene.log.of(EventId.PAGE_FAULTED).get(1).field(4), "pushed as supervisor");
        assertEquals(2, scene.log.of(EventId.PAGE_FAULTED).get(1).field(1));
        assertEquals(3, scene.log.only(EventId.DOUBLE_FAULTED).field(4));
        assertEquals(1, scene.log.only(EventId.DOUBLE_FAULTED).field(5));
        assertEquals(3, scene.log.only(EventId.TRIPLE_FAULTED).field(4));
    }

    @Test
    void everyTableThatIsNotMappedEndsTheRun() {
        for (int page : new int[] {GDT >>> 12, IDT >>> 12}) {
            scene.entry(TABLE, page, 0);
            machine.invlpg(page << 12);
            assertEquals(StopReason.TRIPLE_FAULT, stopped(() -> machine.load(HOLE)), "page " + page);
            scene.entry(TABLE, page, page << 12 | 3);
        }
        machine.privilege(3, false);
        scene.entry(TABLE, TSS >>> 12, 0);
        machine.invlpg(TSS);
        assertEquals(StopReason.TRIPLE_FAULT, stopped(() -> machine.load(HOLE)));
    }

    @Test
    void tablesAreReadAsSupervisorUnderSmapToo() {
        machine.writeCr4(machine.registers().cr4 | ControlBits.CR4_SMAP);
        scene.entry(TABLE, IDT >>> 12, IDT | 7);
        machine.invlpg(IDT);
        machine.privilege(0, true);
        assertEquals(StopReason.TRIPLE_FAULT, stopped(() -> machine.load(HOLE)), "AC does not count for them");
    }

    @Test
    void aHandlerThatRepairsNothingIsTakenForALoop() {
        machine.onPageFault((linear, code) -> {});
        assertEquals(StopReason.LIMIT, stopped(() -> machine.load(HOLE)));
        assertEquals(64, scene.log.count(EventId.PAGE_FAULTED));
        assertEquals(STACK - 0x100, machine.sp());
    }

    @Test
    void aHandlerWhoseOwnCodeIsNotMappedFaultsUntilTheStackIsFull() {
        scene.entry(TABLE, HANDLER >>> 12, 0);
        machine.invlpg(HANDLER);
        assertEquals(StopReason.TRIPLE_FAULT, stopped(() -> machine.load(HOLE)));
        assertEquals(
                243,
                scene.log.count(EventId.PAGE_FAULTED),
                "240 that found room on the stack, then that of the push, of #DF's push, and the first");
    }

    @Test
    void aHandlerMayFaultItself() {
        machine.onPageFault((linear, code) -> {
            if (linear == HOLE) {
                machine.load(HOLE + 0x1000);
            }
            scene.entry(TABLE, linear >>> 12, 0x1_4007);
        });
        for (int i = 0; i < 100; i++) {
            machine.load(HOLE);
            assertEquals(STACK - 0x100, machine.sp());
            scene.entry(TABLE, HOLE >>> 12, 0);
            scene.entry(TABLE, (HOLE >>> 12) + 1, 0);
            machine.invlpg(HOLE);
            machine.invlpg(HOLE + 0x1000);
        }
        assertEquals(200, scene.log.count(EventId.PAGE_FAULTED));
    }

    @Test
    void withoutAHandlerTheMachineHaltsInTheGate() {
        machine.onPageFault(null);
        assertEquals(StopReason.HALT, stopped(() -> machine.load(HOLE)));
        assertEquals(HANDLER, machine.ip());
    }

    @Test
    void aFaultOfAFetchIsDeliveredAsOne() {
        machine.writeCr4(machine.registers().cr4 | ControlBits.CR4_SMEP);
        List<Integer> codes = new ArrayList<>();
        machine.onPageFault((linear, code) -> {
            codes.add(code);
            scene.entry(TABLE, linear >>> 12, 0x1_4003);
        });
        machine.jump(HOLE);
        machine.fetch();
        machine.touch(HOLE + 0x1000, AccessKind.WRITE);
        assertEquals(List.of(16, 2), codes);
        assertEquals(HOLE, machine.ip());
    }

    private static StopReason stopped(Runnable action) {
        return assertThrows(MachineStopped.class, action::run).reason();
    }

    private void assertEnd(int before) {
        List<Integer> ids = scene.log.ids();
        int size = ids.size();
        assertEquals(
                List.of(EventId.TRIPLE_FAULTED, EventId.ACCESSES_COUNTED, EventId.MACHINE_STOPPED),
                ids.subList(size - 3, size));
        assertFalse(ids.indexOf(before) > ids.indexOf(EventId.DOUBLE_FAULTED));
    }

    @Test
    void tablesAndStackMayBeginAPageAfterAHole() {
        for (int page : new int[] {0x18, 0x1a, 0x1c}) {
            scene.entry(TABLE, page, page << 12 | 3);
        }
        machine.memory().write(0x1a, 0, CODE_SELECTOR << 16 | HANDLER);
        machine.memory().write(0x1a, 1, 0x8e00);
        machine.loadDescriptorTable(DescriptorTable.IDT, 0x1_a000 - 14 * 8, 15 * 8 - 1);
        machine.loadDescriptorTable(DescriptorTable.GDT, 0x1_8000 - CODE_SELECTOR, 15);
        machine.moveStack(0x1_c010);
        machine.load(HOLE);
        assertEquals(1, scene.log.count(EventId.PAGE_FAULTED));
        assertEquals(0x1_c010, machine.sp());
    }
}

package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;

/** One access on fresh TLBs against the plain reference, for random entries, control bits, privileges and kinds. */
class MmuAgainstPlainTranslationTest {
    private static final long RAM = 8 << 12;
    private static final int DIRECTORY = 1;
    private static final int TABLE = 2;
    private static final int ROWS = 5_000;

    static List<Features> features() {
        List<Features> all = new ArrayList<>();
        for (int m = 32; m <= 42; m++) {
            all.add(new Features(true, true, true, true, m, true, true));
            all.add(new Features(true, true, false, true, m, true, true));
        }
        all.add(new Features(true, true, true, false, 36, true, true));
        all.add(new Features(true, true, false, false, 36, true, true));
        all.add(new Features(true, false, false, false, 32, false, false));
        all.add(TestProfiles.NONE);
        return all;
    }

    @ParameterizedTest
    @MethodSource("features")
    void aRandomAccessOnFreshTlbsIsWhatTheManualSays(Features features) {
        long seed = 0x5eed_0001L + features.hashCode();
        Random random = new Random(seed);
        for (int row = 0; row < ROWS / 4; row++) {
            check(features, random, "seed " + seed + " row " + row);
        }
    }

    @Test
    void onEveryGeometryAMissIsTheSame() {
        long seed = 0x5eed_0002L;
        Random random = new Random(seed);
        for (int row = 0; row < ROWS; row++) {
            MachineProfile profile = StaleTranslationsTest.profiles()
                    .get(random.nextInt(StaleTranslationsTest.profiles().size()));
            check(profile, random, "seed " + seed + " row " + row + " " + profile.name());
        }
    }

    private static void check(Features features, Random random, String where) {
        check(TestProfiles.split(features, true, random.nextBoolean()), random, where);
    }

    private static void check(MachineProfile profile, Random random, String where) {
        Features features = profile.features();
        EventLog log = new EventLog();
        Machine machine = new Machine(profile, RAM, log);
        int linear = random.nextInt(10) == 0 ? 0xffff_f000 | random.nextInt() : random.nextInt();
        int slot = linear >>> 22;
        int tableSlot = linear >>> 12 & 1023;
        machine.memory().write(TABLE, tableSlot, word(random));
        machine.memory().write(DIRECTORY, slot, word(random));
        machine.writeCr4(random.nextInt() & Machine.supported(features));
        machine.writeCr3(DIRECTORY << 12 | random.nextInt(4096));
        machine.writeCr0(ControlBits.CR0_PE
                | (random.nextInt(20) == 0 ? 0 : ControlBits.CR0_PG)
                | (random.nextBoolean() ? ControlBits.CR0_WP : 0));
        machine.privilege(random.nextInt(4), random.nextBoolean());
        Registers registers = machine.registers();
        AccessKind kind = AccessKind.values()[random.nextInt(3)];
        int pde = machine.memory().read(DIRECTORY, slot);
        int pte = machine.memory().read(pde >>> 12, tableSlot);
        String row = String.format(
                Locale.ROOT,
                "%s: linear %08x pde %08x pte %08x %s cpl %d ac %b cr0 %08x cr4 %08x %s",
                where,
                linear,
                pde,
                pte,
                kind,
                registers.cpl,
                registers.ac,
                registers.cr0,
                registers.cr4,
                features);

        PlainTranslation.Result expected =
                new PlainTranslation(machine.memory(), features).translate(registers, linear, kind, false);
        log.clear();
        int frame = machine.mmu().translate(linear, kind.ordinal());

        assertEquals(expected.frame(), frame, row);
        if (registers.cr0 < 0) {
            assertEquals(expected.pde(), machine.memory().read(DIRECTORY, slot), row);
            if (expected.pte() != 0) {
                assertEquals(expected.pte(), machine.memory().read(pde >>> 12, tableSlot), row);
            }
            checkTold(log, machine, expected, linear, row);
        } else {
            assertTrue(log.all().isEmpty(), row);
        }
    }

    private static void checkTold(
            EventLog log, Machine machine, PlainTranslation.Result expected, int linear, String row) {
        Registers registers = machine.registers();
        if (expected.faulted()) {
            EventLog.Told fault = log.only(EventId.PAGE_FAULTED);
            assertEquals(expected.code(), machine.mmu().faultCode(), row);
            assertEquals(expected.code(), fault.field(1), row);
            assertEquals(linear, machine.mmu().faultLinear(), row);
            assertEquals(linear, machine.faultAddress(), row);
            assertEquals(Integer.toUnsignedLong(linear), fault.field(0), row);
            assertEquals(registers.cpl, fault.field(4), row);
            assertEquals(registers.ac ? 1 : 0, fault.field(5), row);
            assertEquals(0, log.count(EventId.TLB_FILLED), row);
            return;
        }
        EventLog.Told fill = log.only(EventId.TLB_FILLED);
        boolean table = expected.pte() != 0;
        int leaf = table ? expected.pte() : expected.pde();
        int both = table ? expected.pde() & expected.pte() : expected.pde();
        assertEquals(Integer.toUnsignedLong(leaf), table ? fill.field(6) : fill.field(5), row);
        assertEquals(9 | both >>> 1 << 1 & 2 | both & 4, fill.field(7), row + " rights");
        assertEquals(leaf >>> 6 & 1, fill.field(8), row + " dirty");
        boolean global = (leaf >>> 8 & 1) != 0 && (registers.cr4 & ControlBits.CR4_PGE) != 0;
        assertEquals(global ? 1 : 0, fill.field(9), row + " global");
        assertEquals(FillCause.MISS.ordinal(), fill.field(10), row);
        assertEquals(table ? 2 : 1, fill.field(11), row + " references");
        assertEquals(0, log.count(EventId.CHANGED_ENTRY_USED), row);
    }

    /** An entry as likely to be used as to be refused, for each reason there is. */
    private static int word(Random random) {
        int word = random.nextInt() | (random.nextInt(12) == 0 ? 0 : 1);
        if (random.nextInt(8) == 0) {
            return word;
        }
        // A frame in RAM, and reserved bits seldom.
        int frame = random.nextInt(4) == 0 ? random.nextInt(10) : TABLE;
        int low = word & 0xfff & (random.nextBoolean() ? -1 : ~0x80);
        if ((low & 0x80) != 0 && random.nextBoolean()) {
            return word & 0xffc0_0fff | (random.nextBoolean() ? 1 << 12 + random.nextInt(10) : 0);
        }
        return frame << 12 | low;
    }
}

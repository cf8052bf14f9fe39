package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.profile.Features;
import org.pagetrail.traces.profile.MachineProfile;

/** The comparison of random programs finds what is broken on purpose, and leaves of the program a handful of operations. */
class BrokenMachinesTest {
    private static final int MOST_PROGRAMS = 3_000;

    // Judged by the program alone

    @Test
    void writesThatIgnoreWriteProtectionAreFound() {
        assertFound(5, false, profile -> new ProgramMachine(profile) {
            @Override
            Seen access(ProgramStep.Access access) {
                Registers registers = machine.registers();
                int cr0 = registers.cr0;
                registers.cr0 = cr0 & ~(1 << 16);
                machine.mmu().controlChanged();
                Seen seen = super.access(access);
                registers.cr0 = cr0;
                machine.mmu().controlChanged();
                return seen;
            }
        });
    }

    @Test
    void anInvlpgThatDropsNothingIsFound() {
        assertFound(8, false, profile -> new ProgramMachine(profile) {
            @Override
            void invlpg(int linear) {}
        });
    }

    @Test
    void anInvlpgThatIsSkippedOnceInTheWindowIsFound() {
        assertFound(9, false, profile -> new ProgramMachine(profile) {
            private boolean skipped;

            @Override
            void invlpg(int linear) {
                if (skipped || linear >>> 22 != 1023) {
                    super.invlpg(linear);
                }
                skipped |= linear >>> 22 == 1023;
            }
        });
    }

    @Test
    void aLoadOfTheDirectoryThatDropsNothingIsFound() {
        assertFound(8, false, profile -> new ProgramMachine(profile) {
            @Override
            boolean control(ControlRegister register, int value) {
                if (register != ControlRegister.CR3) {
                    return super.control(register, value);
                }
                machine.registers().cr3 = value;
                return true;
            }
        });
    }

    @Test
    void aChangeOfPageSizeExtensionThatDropsNothingIsFound() {
        assertFound(9, false, profile -> new ProgramMachine(with(profile, profile.features(), false)));
    }

    @Test
    void aMissingBitOfThePhysicalAddressIsFound() {
        assertFound(8, false, profile -> {
            Features all = profile.features();
            Features narrow = new Features(
                    all.pse(),
                    all.pge(),
                    all.pat(),
                    all.pse36(),
                    all.maxPhysicalAddress() == 40 ? 39 : 32,
                    all.smep(),
                    all.smap());
            return new ProgramMachine(with(profile, narrow, profile.pseChangeFlushes()));
        });
    }

    @Test
    void anAcFlagThatIsNotHeededIsFound() {
        assertFound(7, false, profile -> new ProgramMachine(profile) {
            @Override
            void privilege(int cpl, boolean ac) {
                super.privilege(cpl, false);
            }
        });
    }

    @Test
    void aWriteThatIsMadeAsAReadIsFound() {
        assertFound(5, false, profile -> new ProgramMachine(profile) {
            @Override
            Seen access(ProgramStep.Access access) {
                if (access.kind() != AccessKind.WRITE) {
                    return super.access(access);
                }
                return super.access(new ProgramStep.Access(AccessKind.READ, access.linear(), access.size(), 0));
            }
        });
    }

    // Judged by the events

    @Test
    void aFlushThatIsNotToldIsFound() {
        assertFound(
                2,
                true,
                leavingOut(event ->
                        event.id() == EventId.TLB_INVALIDATED && event.field(0) == FlushCause.PAGE_FAULT.ordinal()));
    }

    @Test
    void aFillThatIsNotToldIsFound() {
        assertFound(5, true, leavingOut(event -> event.id() == EventId.TLB_FILLED && event.field(6) == 0));
    }

    @Test
    void theUseOfAChangedEntryThatIsNotToldIsFound() {
        assertFound(8, true, leavingOut(event -> event.id() == EventId.CHANGED_ENTRY_USED));
    }

    @Test
    void aFillThatIsToldOfAnotherWayIsFound() {
        assertFound(5, true, retelling(event -> {
            if (event.id() == EventId.TLB_FILLED) {
                event.fields()[2] ^= 1;
            }
            return event;
        }));
    }

    @Test
    void anEntryToldWithMoreRightsThanItHasIsFound() {
        assertFound(5, true, retelling(event -> {
            if (event.id() == EventId.TLB_FILLED && event.field(6) != 0) {
                event.fields()[6] |= 2;
            }
            return event;
        }));
    }

    private static Function<MachineProfile, ProgramMachine> leavingOut(Predicate<EventLog.Told> left) {
        return retelling(event -> left.test(event) ? null : event);
    }

    private static Function<MachineProfile, ProgramMachine> retelling(UnaryOperator<EventLog.Told> change) {
        return profile -> new ProgramMachine(profile) {
            @Override
            List<EventLog.Told> told() {
                List<EventLog.Told> told = new ArrayList<>(super.told());
                told.replaceAll(change);
                told.removeIf(event -> event == null);
                return told;
            }
        };
    }

    private static MachineProfile with(MachineProfile of, Features features, boolean pseChangeFlushes) {
        return new MachineProfile(
                of.name(),
                of.description(),
                features,
                of.unified(),
                of.instruction4K(),
                of.instruction4M(),
                of.data4K(),
                of.data4M(),
                of.secondLevel(),
                of.secondLevelHolds4M(),
                of.walkCache(),
                pseChangeFlushes,
                of.largePageServesFirst(),
                of.costs());
    }

    /** A program differs on the broken machine; what it shrinks to does so too, not on the right one, and needs each operation. */
    private static void assertFound(
            int mostOperations, boolean judgesEvents, Function<MachineProfile, ProgramMachine> broken) {
        RandomPrograms programs = new RandomPrograms(broken, judgesEvents);
        RandomPrograms.Failure failure = null;
        for (long seed = 0; failure == null && seed < MOST_PROGRAMS; seed++) {
            failure = programs.run(seed);
        }
        assertNotNull(failure, "no difference in " + MOST_PROGRAMS + " programs");
        String text = failure.toString();
        MachineProfile profile = failure.profile();
        List<ProgramStep> shrunk = failure.shrunk();
        assertTrue(shrunk.size() <= mostOperations, text);
        assertNotNull(failure.last(), text);
        assertTrue(text.contains("seed " + failure.seed() + " on " + profile.name()), text);
        assertNull(new ProgramComparison(profile, new ProgramMachine(profile), true).run(shrunk), text);
        for (int i = 0; i < shrunk.size(); i++) {
            List<ProgramStep> fewer = new ArrayList<>(shrunk);
            fewer.remove(i);
            assertNull(new ProgramComparison(profile, broken.apply(profile), judgesEvents).run(fewer), text);
        }
    }
}

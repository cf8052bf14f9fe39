package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * Whole programs on the machine and on the plain reference: they differ nowhere but by translations that a processor may hold, and
 * the events say which.
 *
 * <p>{@code -Drandom.seconds=N} goes on with fresh seeds for so long; {@code -Drandom.seed=N} runs one seed.
 */
class RandomProgramsTest {
    private static final int SEEDS_PER_PROFILE = 80;
    private static final int SLOW_SEEDS_PER_PROFILE = 20;

    private final RandomPrograms programs = new RandomPrograms(ProgramMachine::new, true);

    @Test
    void everyDifferenceFromThePlainReferenceIsATranslationThatMayBeHeld() {
        long begun = System.nanoTime();
        String one = System.getProperty("random.seed", "");
        if (!one.isEmpty()) {
            check(Long.parseLong(one));
            return;
        }
        for (long seed = 0; seed < (long) SEEDS_PER_PROFILE * RandomPrograms.profileCount(); seed++) {
            check(seed);
        }
        assertTrue(
                programs.explained() > programs.programs(),
                () -> "only " + programs.explained() + " differences to explain in " + programs.programs()
                        + " programs");

        Random fresh = new Random();
        long seconds = Long.getLong("random.seconds", 0);
        while (System.nanoTime() - begun < seconds * 1_000_000_000L) {
            check(fresh.nextLong());
        }
    }

    @Test
    void theWayThatHasAllRulesIsJudgedByItselfToo() {
        RandomPrograms slow = new RandomPrograms(
                profile -> {
                    ProgramMachine machine = new ProgramMachine(profile);
                    machine.machine.mmu().takeTime();
                    return machine;
                },
                true);
        for (long seed = 0; seed < (long) SLOW_SEEDS_PER_PROFILE * RandomPrograms.profileCount(); seed++) {
            RandomPrograms.Failure failure = slow.run(seed);
            if (failure != null) {
                fail(failure.toString());
            }
        }
    }

    private void check(long seed) {
        RandomPrograms.Failure failure = programs.run(seed);
        if (failure != null) {
            fail(failure.toString());
        }
    }

    @Test
    void aCrossingAccessWhoseFirstPageReadsTheDirectoryEntryOfTheSecondAnewIsDoneWholeOrNotAtAll() {
        // The directory's entry for its window is changed through the window; what is cached of it leads elsewhere.
        List<ProgramStep> program = List.of(
                new ProgramStep.Put(2, 0, 1),
                new ProgramStep.Put(2, 1, 1),
                new ProgramStep.Put(2, 1023, 0x2001),
                new ProgramStep.Put(3, 0, 1),
                new ProgramStep.Control(ControlRegister.CR0, 0x8000_0001),
                new ProgramStep.Control(ControlRegister.CR3, 0x2000),
                new ProgramStep.Access(AccessKind.READ, 0xffc0_0000, 1, 0),
                new ProgramStep.Access(AccessKind.WRITE, 0xffff_fffd, 1, 0x30),
                new ProgramStep.Access(AccessKind.WRITE, 0xffc0_0ffd, 4, 0));
        for (MachineProfile profile : StaleTranslationsTest.profiles()) {
            assertNull(new ProgramComparison(profile, new ProgramMachine(profile), true).run(program), profile::name);
        }
    }

    @Test
    void aSeedAlwaysGivesTheSameProgram() {
        int cr4Bits = Machine.supported(TestProfiles.ALL);
        assertEquals(ProgramGenerator.program(7, cr4Bits), ProgramGenerator.program(7, cr4Bits));
        assertNull(programs.run(7));
    }
}

package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whole programs on the machine and on the plain reference: they differ nowhere but by translations that a processor may hold, and
 * the events say which.
 *
 * <p>{@code -Drandom.seconds=N} goes on with fresh seeds for so long; {@code -Drandom.seed=N} runs one seed.
 */
class RandomProgramsTest {
    private static final int SEEDS_PER_PROFILE = 80;

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

    private void check(long seed) {
        RandomPrograms.Failure failure = programs.run(seed);
        if (failure != null) {
            fail(failure.toString());
        }
    }

    @Test
    void aSeedAlwaysGivesTheSameProgram() {
        int cr4Bits = Machine.supported(TestProfiles.ALL);
        assertEquals(ProgramGenerator.program(7, cr4Bits), ProgramGenerator.program(7, cr4Bits));
        assertNull(programs.run(7));
    }
}

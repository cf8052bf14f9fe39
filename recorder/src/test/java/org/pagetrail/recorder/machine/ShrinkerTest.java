package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pagetrail.traces.event.AccessKind;

class ShrinkerTest {
    @Test
    void whatIsLeftIsWhatTheFailureNeedsInItsOrder() {
        List<ProgramStep> program = ProgramGenerator.program(3, 0);
        List<ProgramStep> shrunk = Shrinker.shrink(program, ShrinkerTest::readsAfterAPutOfAPresentWord);
        assertTrue(program.size() > 30, () -> "only " + program.size() + " operations");
        assertEquals(2, shrunk.size(), shrunk::toString);
        ProgramStep.Put put = (ProgramStep.Put) shrunk.get(0);
        ProgramStep.Access read = (ProgramStep.Access) shrunk.get(1);
        assertEquals(1, put.word());
        assertEquals(new ProgramStep.Access(AccessKind.READ, read.page() << 12, 1, 0), read);
    }

    @Test
    void aProgramThatFailsEmptyIsShrunkToNothing() {
        assertEquals(List.of(), Shrinker.shrink(ProgramGenerator.program(3, 0), program -> true));
    }

    @Test
    void whatCannotBeLessIsKept() {
        List<ProgramStep> program = ProgramGenerator.program(3, 0);
        assertEquals(program, Shrinker.shrink(program, program::equals));
    }

    private static boolean readsAfterAPutOfAPresentWord(List<ProgramStep> program) {
        boolean put = false;
        for (ProgramStep step : program) {
            put |= step instanceof ProgramStep.Put word && (word.word() & 1) != 0;
            if (put && step instanceof ProgramStep.Access access && access.kind() == AccessKind.READ) {
                return true;
            }
        }
        return false;
    }
}

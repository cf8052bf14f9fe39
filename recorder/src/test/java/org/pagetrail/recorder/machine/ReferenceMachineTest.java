package org.pagetrail.recorder.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pagetrail.recorder.machine.ReferenceMachine.Candidate;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;

/** The reference where an access crosses a page: directory in frame 1, table in frame 2, pages 0 and 1 in frames 4 and 5. */
class ReferenceMachineTest {
    private static final int CROSSING = 0xffe;

    private final ReferenceMachine reference = new ReferenceMachine(TestProfiles.split());

    private Set<List<Candidate>> outcomes(int firstPte, int secondPte, AccessKind kind, int value) {
        reference.write(1, 0, 0x2007);
        reference.write(2, 0, firstPte);
        reference.write(2, 1, secondPte);
        reference.control(new ProgramStep.Control(ControlRegister.CR3, 0x1000));
        reference.control(new ProgramStep.Control(ControlRegister.CR0, 0x8000_0001));
        return reference.outcomes(new ProgramStep.Access(kind, CROSSING, 4, value));
    }

    @Test
    void aStoreThatCrossesLeavesItsBytesAndMarksOnBothPages() {
        List<Candidate> outcome = outcomes(0x4003, 0x5003, AccessKind.WRITE, 0x4433_2211)
                .iterator()
                .next();
        reference.apply(outcome);
        assertEquals(2, outcome.size());
        assertEquals(0x2211_0000, reference.memory.read(4, 1023));
        assertEquals(0x4433, reference.memory.read(5, 0));
        assertEquals(0x4063, reference.memory.read(2, 0));
        assertEquals(0x5063, reference.memory.read(2, 1));
    }

    @Test
    void aLoadThatCrossesHasTheLowerPagesBytesBelow() {
        reference.write(4, 1023, 0x2211_0000);
        reference.write(5, 0, 0x4433);
        List<Candidate> outcome =
                outcomes(0x4003, 0x5003, AccessKind.READ, 0).iterator().next();
        assertEquals(0x4433_2211, reference.value(outcome));
    }

    @Test
    void aFaultOnTheFirstPageIsAtTheAddressOfTheAccess() {
        List<Candidate> outcome =
                outcomes(0, 0, AccessKind.WRITE, -1).iterator().next();
        assertEquals(1, outcome.size());
        outcome.forEach(reference::hold);
        assertEquals(CROSSING, reference.registers.cr2);
    }

    @Test
    void aFaultOnTheSecondPageIsAtItsFirstByteAndLeavesNothingOfTheFirst() {
        Set<List<Candidate>> outcomes = outcomes(0x4003, 0, AccessKind.WRITE, -1);
        assertEquals(1, outcomes.size());
        List<Candidate> outcome = outcomes.iterator().next();
        reference.apply(outcome);
        outcome.forEach(reference::hold);
        assertEquals(2, outcome.get(0).code());
        assertEquals(0x1000, reference.registers.cr2);
        assertEquals(0x4003, reference.memory.read(2, 0));
        assertEquals(0, reference.memory.read(4, 1023));
        assertEquals(List.of(), reference.mayHold.forPage(0));
    }
}

package org.pagetrail.replay.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.replay.state.StateDigest;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.FlushCause;
import org.pagetrail.traces.event.Tlb;

class TimelineTest {
    private final ListedTrace trace = new ListedTrace();

    /** Symbols 0 and 1 are phases A and B; A ends at ordinals 3 and 6, B at 5. */
    private void phases() {
        trace.symbolDefined(0, 0, "A");
        trace.symbolDefined(0, 1, "B");
        trace.phaseBegan(10, 0);
        trace.phaseEnded(20, 0);
        trace.phaseBegan(30, 1);
        trace.phaseEnded(40, 1);
        trace.phaseEnded(50, 0);
        trace.stackPointerMoved(60, 7);
    }

    private MachineState seek(String at) {
        return Timeline.seek(trace.read(), At.parse(at));
    }

    @Test
    void anOrdinalMeansTheStateWithThatEventFolded() {
        phases();
        assertEquals(0, seek("0").ordinal());
        assertEquals(4, seek("4").ordinal());
        assertEquals("B", seek("4").phase());
        assertNull(seek("5").phase());
        assertEquals(7, seek("7").stackPage().orElseThrow());
    }

    @Test
    void theEndIsAfterTheLastEvent() {
        phases();
        assertEquals(7, seek("end").ordinal());
        assertEquals(60, seek("end").tick());
    }

    @Test
    void aPhaseMeansDirectlyAfterItsLastEnd() {
        phases();
        assertEquals(6, seek("phase:A").ordinal());
        assertEquals(5, seek("phase:B").ordinal());
        assertEquals(40, seek("phase:B").tick());
    }

    @Test
    void anOrdinalBeyondTheEndIsRefusedInOneLine() {
        phases();
        TimelineException e = assertThrows(TimelineException.class, () -> seek("8"));
        assertEquals("event 8 is beyond the end: the trace's last event is 7", e.getMessage());
    }

    @Test
    void aTraceWithoutEventsHasAnEndAndNoEventZero() {
        assertEquals(-1, seek("end").ordinal());
        TimelineException e = assertThrows(TimelineException.class, () -> seek("0"));
        assertEquals("event 0 is beyond the end: the trace has no events", e.getMessage());
    }

    @Test
    void aPhaseThatNeverEndsIsRefusedWithThoseThatDo() {
        phases();
        TimelineException e = assertThrows(TimelineException.class, () -> seek("phase:S5"));
        assertEquals("no phase 'S5' ends in the trace; those that do: A B", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "start", "phase:", "1.5", "99999999999999999999"})
    void whatIsNoPointIsRefused(String at) {
        assertThrows(TimelineException.class, () -> At.parse(at));
    }

    @Test
    void anOrdinalMayHaveTheCommasThatTheToolPrints() {
        assertEquals(new At.Ordinal(1_234_567), At.parse("1,234,567"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aFoldOfATraceIsTheFoldOfItsPrefixAndThenOfItsRest(long seed) {
        Random random = new Random(seed);
        randomEvents(random);
        StateBuilder whole = new StateBuilder(ListedTrace.header());
        trace.tell(0, trace.size(), whole);
        for (int cut = 0; cut <= trace.size(); cut += 1 + random.nextInt(40)) {
            StateBuilder parts = new StateBuilder(ListedTrace.header());
            trace.tell(0, cut, parts);
            MachineState middle = parts.snapshot();
            String digest = StateDigest.of(middle);
            if (cut > 0) {
                MachineState sought = Timeline.seek(trace.read(), new At.Ordinal(cut - 1));
                assertEquals(digest, StateDigest.of(sought), "seed " + seed + " cut " + cut);
            }
            StateBuilder resumed = StateBuilder.from(middle);
            trace.tell(cut, trace.size(), resumed);
            assertEquals(
                    StateDigest.of(whole.state()), StateDigest.of(resumed.state()), "seed " + seed + " cut " + cut);
            trace.tell(cut, trace.size(), parts);
            assertEquals(StateDigest.of(whole.state()), StateDigest.of(parts.state()), "seed " + seed + " cut " + cut);
            assertEquals(digest, StateDigest.of(middle), "seed " + seed + " cut " + cut);
        }
    }

    private void randomEvents(Random random) {
        trace.symbolDefined(0, 0, "use");
        for (int step = 1; step < 1_000; step++) {
            long frame = random.nextInt(8);
            int slot = random.nextInt(8);
            long word = (long) random.nextInt(8) << 12 | 0x23 | random.nextInt(2) << 7;
            switch (random.nextInt(14)) {
                case 0 -> trace.addressSpaceCreated(step, frame, 0, 0);
                case 1 -> trace.addressSpaceRetired(step, frame, 0, 0);
                case 2 -> trace.controlRegisterWritten(step, random.nextInt(3), 0, frame << 12 | 0x10, 0, 0, 0);
                case 3 -> trace.controlRegisterWritten(step, 0, 0, frame << 31, 0, 0, 0);
                case 4 -> trace.framesAllocated(step, frame, 3, 0);
                case 5 -> trace.framesFreed(step, frame, 2, 0);
                case 6 -> trace.tlbFlushed(step, FlushCause.CR3_WRITE.ordinal(), 0, 0, 0);
                case 7 -> trace.tlbInvalidated(step, FlushCause.INVLPG.ordinal(), frame << 12, 0, 0, 0);
                case 8, 9 -> trace.tlbFilled(step, Tlb.DATA_4K.ordinal(), slot, 1, 2, frame, word, word, 3, 0, 0, 0, 2);
                default -> {
                    int cause = random.nextInt(EntryCause.values().length);
                    trace.tableLinked(step, frame, slot, 0, random.nextInt(3) == 0 ? 0 : word, 0, 2, 0, cause);
                }
            }
        }
    }
}

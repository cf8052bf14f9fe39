package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pagetrail.recorder.machine.Machine;
import org.pagetrail.recorder.scenario.Scenarios;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

/** The comparison finds what it is there to find: an event that is missing, or that says something else than what happened. */
class DigestsSideBySideTest {
    /** Passes events on, but for one of a kind: that is left out, or has another word in a field. */
    private static final class Spoiled extends FlatEvents {
        private final TraceEvents out;
        private final int wrong;
        private final int field;
        private long left;

        Spoiled(TraceEvents out, String name, long which, int field) {
            this.out = out;
            this.field = field;
            wrong = EventCatalog.get().byName(name).id();
            left = which;
        }

        @Override
        protected void event(int id, long tick, long[] fields, int count, String text) {
            if (id == wrong && left-- == 0) {
                if (field < 0) {
                    return;
                }
                fields[field] ^= 1 << 12;
            }
            EventDispatch.dispatch(id, tick, fields, text, out);
        }
    }

    private static void record(String name, long which, int field) {
        Recording recording = Recording.prepare(
                new RecordingInputs(
                        PlanFile.standard(), MachineProfiles.named("p6"), 0, null, List.of(), Scenarios.STANDARD, 0),
                "test");
        DigestsSideBySide both = new DigestsSideBySide(new StateBuilder(recording.header()));
        Spoiled spoiled = new Spoiled(both, name, which, field);
        Machine machine = recording.machine(spoiled);
        both.watch(machine);
        recording.run(machine, spoiled);
    }

    @ParameterizedTest
    @CsvSource({
        "page-mapped, 2000",
        "page-unmapped, 9",
        "page-protected, 30",
        "page-remapped, 20",
        "table-linked, 300",
        "entry-marked, 500",
        "tlb-filled, 700",
        "walk-cache-filled, 400",
        "tlb-invalidated, 300",
        "tlb-flushed, 9",
        "control-register-written, 9",
        "frames-allocated, 300",
        "frames-freed, 20",
        "frame-shared, 30",
        "page-faulted, 40",
        "stack-pointer-moved, 90",
        "address-space-created, 4",
        "address-space-retired, 2"
    })
    void anEventThatIsMissingIsFound(String name, long first) {
        // Some change nothing, as an invalidation of what is in no TLB: of twelve that follow each other one has to be
        // found.
        boolean found = false;
        for (long which = first; which < first + 12 && !found; which++) {
            try {
                record(name, which, -1);
            } catch (AssertionError e) {
                found = true;
            }
        }
        assertTrue(found, name);
    }

    @ParameterizedTest
    @CsvSource({
        "page-mapped, 2000, 3",
        "entry-marked, 500, 3",
        "tlb-filled, 700, 4",
        "tlb-filled, 700, 6",
        "walk-cache-filled, 400, 3",
        "control-register-written, 9, 2",
        "frames-allocated, 300, 0",
        "frame-shared, 30, 1",
        "frame-unshared, 10, 1",
        "page-faulted, 40, 0",
        "stack-pointer-moved, 90, 0"
    })
    void anEventThatSaysSomethingElseIsFound(String name, long which, int field) {
        assertThrows(AssertionError.class, () -> record(name, which, field));
    }

    @Test
    void theOrderOfChangesMakesNoDifferenceToADigest() {
        PartsDigest one = new PartsDigest();
        PartsDigest other = new PartsDigest();
        assertTrue(one.put(1, 8, 3, 33));
        assertTrue(one.put(2, 8, 3, 44));
        assertTrue(other.put(2, 8, 3, 55));
        assertTrue(other.put(1, 8, 3, 33));
        assertNotEquals(one.value(), other.value());
        assertTrue(other.put(2, 8, 3, 44));
        assertEquals(one.value(), other.value());
        one.drop(2);
        assertTrue(other.put(2, 8, 3, 0));
        assertEquals(one.value(), other.value());
    }
}

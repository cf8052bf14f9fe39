package org.pagetrail.recorder.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pagetrail.recorder.session.Recording;
import org.pagetrail.recorder.session.RecordingInputs;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.plan.PlanFile;
import org.pagetrail.traces.profile.MachineProfiles;

/** What the progress line shows of a scenario. */
class ProgressOfAScenarioTest {
    private static List<Double> shares(String scenario) {
        Recording recording = Recording.prepare(
                new RecordingInputs(
                        PlanFile.standard(), MachineProfiles.named("unit"), 0, null, List.of(), scenario, 0),
                "test");
        List<Double> shares = new ArrayList<>();
        recording.run(new FlatEvents() {
            @Override
            protected void event(int id, long tick, long[] fields, int count, String text) {
                if (id != EventId.SYMBOL_DEFINED) {
                    shares.add(recording.share());
                }
            }
        });
        return shares;
    }

    @ParameterizedTest
    @ValueSource(strings = {"desktop", "fork-storm", "stack-growth", "oom"})
    void theShareThatIsDoneGrowsFromNothingToAll(String scenario) {
        List<Double> shares = shares(scenario);
        assertEquals(-1, shares.get(0), "it is not known during the boot");
        double before = -1;
        for (double share : shares) {
            assertTrue(share >= before && share <= 1, before + " and then " + share);
            before = share;
        }
        assertTrue(before > 0.5, "at the end " + before);
    }

    @Test
    void ofALongRunOfAccessesItSaysHowFarThatIs() {
        List<Double> shares = shares("tlb-thrash");
        double half = shares.get(shares.size() / 2);
        assertTrue(half > 0.4 && half < 0.6, "half of the events: " + half);
        assertEquals(1, shares.get(shares.size() - 1), 0.01);
    }

    @Test
    void whereNothingIsPlannedNothingIsKnown() {
        List<Double> shares = shares("idle");
        assertEquals(-1, shares.get(shares.size() - 1));
    }
}

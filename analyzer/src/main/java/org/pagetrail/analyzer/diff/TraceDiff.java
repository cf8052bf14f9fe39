package org.pagetrail.analyzer.diff;

import java.util.List;
import org.pagetrail.traces.event.TraceEnding;

/**
 * All that differs between two recordings.
 *
 * @param inputs what they were made from
 * @param finalMap the maps at their ends
 * @param phaseMaps the maps at the end of each phase that ends in both, in their order
 * @param events what happened
 * @param costs what it cost: the whole first, then the phases, worst first; only what differs
 * @param violations what was wrong
 * @param oldEnding how the old trace ends; of one that is not complete its first events are compared
 * @param nowEnding how the new trace ends
 */
public record TraceDiff(
        List<InputDifference> inputs,
        List<MapDifference> finalMap,
        List<PhaseMap> phaseMaps,
        EventDifferences events,
        List<CostDifference> costs,
        ViolationDifferences violations,
        TraceEnding oldEnding,
        TraceEnding nowEnding) {
    /** Of complete traces. */
    public TraceDiff(
            List<InputDifference> inputs,
            List<MapDifference> finalMap,
            List<PhaseMap> phaseMaps,
            EventDifferences events,
            List<CostDifference> costs,
            ViolationDifferences violations) {
        this(inputs, finalMap, phaseMaps, events, costs, violations, TraceEnding.COMPLETE, TraceEnding.COMPLETE);
    }

    /** With lists that do not change. */
    public TraceDiff {
        inputs = List.copyOf(inputs);
        finalMap = List.copyOf(finalMap);
        phaseMaps = List.copyOf(phaseMaps);
        costs = List.copyOf(costs);
    }

    /** Whether nothing differs. */
    public boolean none() {
        return inputs.isEmpty()
                && finalMap.isEmpty()
                && phaseMaps.stream().allMatch(map -> map.differences().isEmpty())
                && events.kinds().isEmpty()
                && costs.isEmpty()
                && violations.none();
    }
}

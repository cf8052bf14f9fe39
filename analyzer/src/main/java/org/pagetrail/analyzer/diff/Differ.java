package org.pagetrail.analyzer.diff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.pagetrail.analyzer.diff.CostDifference.Measure;
import org.pagetrail.analyzer.diff.Outline.Part;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.analyzer.verify.Verifier;
import org.pagetrail.replay.state.MapRegion;
import org.pagetrail.traces.event.PagingModes;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;

/**
 * Compares two traces.
 *
 * <p>Each is read three times: for its parts and their cost, for events and maps side by side with the other, and by the rules.
 */
public final class Differ {
    private final Supplier<TraceReader> old;
    private final Supplier<TraceReader> now;
    private final Function<TraceHeader, List<MapRegion>> regions;
    private final Function<TraceReader, List<Violation>> judge;

    private Differ(
            Supplier<TraceReader> old,
            Supplier<TraceReader> now,
            Function<TraceHeader, List<MapRegion>> regions,
            Function<TraceReader, List<Violation>> judge) {
        this.old = old;
        this.now = now;
        this.regions = regions;
        this.judge = judge;
    }

    /**
     * All that differs.
     *
     * @param old opens the old trace at its beginning, each time that it is asked
     * @param now opens the new trace
     * @param regions the regions of the plan in a header, by which maps are cut and named
     * @throws TraceException when one of them is missing, or of another paging mode than the other, or when it is damaged or
     *     incomplete and its reader not one of {@link org.pagetrail.traces.event.PartialTrace}
     */
    public static TraceDiff diff(
            Supplier<TraceReader> old, Supplier<TraceReader> now, Function<TraceHeader, List<MapRegion>> regions) {
        return diff(old, now, regions, reader -> Verifier.verify(reader, invariant -> true)
                .violations());
    }

    /** The same with other rules, for tests. */
    static TraceDiff diff(
            Supplier<TraceReader> old,
            Supplier<TraceReader> now,
            Function<TraceHeader, List<MapRegion>> regions,
            Function<TraceReader, List<Violation>> judge) {
        return new Differ(old, now, regions, judge).run();
    }

    private TraceDiff run() {
        Outline oldOutline = outline(old);
        Outline nowOutline = outline(now);
        try (TraceReader oldReader = old.get();
                TraceReader nowReader = now.get()) {
            TraceHeader oldHeader = oldReader.header();
            TraceHeader nowHeader = nowReader.header();
            if (!oldHeader.mode().equals(nowHeader.mode())) {
                throw new TraceException("the traces are of different paging modes, " + oldHeader.mode() + " and "
                        + nowHeader.mode() + "; only traces of one mode can be compared");
            }
            TraceFeed oldFeed = new TraceFeed(oldReader, regions.apply(oldHeader));
            TraceFeed nowFeed = new TraceFeed(nowReader, regions.apply(nowHeader));
            EventTally tally = new EventTally(oldFeed, nowFeed, new Counterparts(PagingModes.named(oldHeader.mode())));
            EventComparison events = new EventComparison(oldFeed, nowFeed, tally);
            events.run(oldOutline.told(), nowOutline.told());
            return new TraceDiff(
                    HeaderComparison.of(oldHeader, nowHeader),
                    MapComparison.of(oldFeed.maps(), nowFeed.maps()),
                    events.phaseMaps(),
                    tally.differences(oldOutline.events(), nowOutline.events()),
                    costs(oldOutline, nowOutline),
                    violations(),
                    oldReader.ending(),
                    nowReader.ending());
        }
    }

    private static Outline outline(Supplier<TraceReader> trace) {
        try (TraceReader reader = trace.get()) {
            if (!reader.complete() && !reader.partIsEnough()) {
                throw new TraceException("a trace is " + reader.ending().word() + ": "
                        + reader.ending().reason() + "; record it again");
            }
            Outline outline = new Outline();
            reader.readAll(outline);
            return outline;
        }
    }

    private ViolationDifferences violations() {
        try (TraceReader oldReader = old.get();
                TraceReader nowReader = now.get()) {
            return ViolationComparison.of(judge.apply(oldReader), judge.apply(nowReader));
        }
    }

    /** The whole first, then the phases by how many cycles more they took. */
    private static List<CostDifference> costs(Outline old, Outline now) {
        long[] oldSum = new long[Measure.values().length];
        long[] nowSum = new long[oldSum.length];
        List<List<CostDifference>> phases = new ArrayList<>();
        for (String name : names(old, now)) {
            Part before = old.find(name);
            Part after = now.find(name);
            long[] none = new long[oldSum.length];
            long[] oldCosts = before == null ? none : before.costs;
            long[] nowCosts = after == null ? none : after.costs;
            for (int i = 0; i < oldSum.length; i++) {
                oldSum[i] += oldCosts[i];
                nowSum[i] += nowCosts[i];
            }
            phases.add(costs(name, oldCosts, nowCosts));
        }
        phases.sort(Comparator.comparingLong(costs -> -cycles(costs)));
        List<CostDifference> all = new ArrayList<>(costs(CostDifference.ALL, oldSum, nowSum));
        phases.forEach(all::addAll);
        return all;
    }

    private static List<String> names(Outline old, Outline now) {
        return EventComparison.merged(old.names(), now.names()).stream()
                .map(EventComparison.Part::name)
                .distinct()
                .toList();
    }

    private static List<CostDifference> costs(String phase, long[] old, long[] now) {
        List<CostDifference> costs = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            long before = old[measure.ordinal()];
            long after = now[measure.ordinal()];
            if (before != after) {
                costs.add(new CostDifference(phase, measure, before, after));
            }
        }
        return costs;
    }

    private static long cycles(List<CostDifference> costs) {
        return costs.stream()
                .filter(cost -> cost.measure() == Measure.CYCLES)
                .mapToLong(CostDifference::change)
                .sum();
    }
}

package org.pagetrail.analyzer.hotspot;

import java.util.List;
import org.pagetrail.replay.state.MapRegion;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceException;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.profile.MachineProfile;

/**
 * Where the model cycles of a trace went: by cause, by phase, by region of the plan and page.
 *
 * <p>Each of the four is a division of the same cycles. The tallies of all phases add up to {@code total}; so do those of the
 * regions and of what belongs elsewhere; so do those of the pages and of what belongs elsewhere; and {@code total} is the tick of
 * the last event.
 *
 * @param profile the machine profile in the header, with its costs
 * @param cycles the tick of the last event
 * @param accesses by kind, and by what served them
 * @param faults how many page faults
 * @param total all cycles by cause
 * @param phases in the trace's order, with what lies before, between and after them where that has cycles
 * @param regions those that have cycles, most first
 * @param pages those that have cycles, most first
 * @param elsewhere what belongs to no page, where it has cycles, most first
 * @param misses by kind of access and page size
 * @param faultingWalks walks that ended in a fault
 * @param walkCost what a walk took, of its references
 * @param faultCost what a fault took until it was resolved, with all that its handler did
 * @param events how many events the trace has
 * @param ending how it ends; of one that is not complete these are the cycles of its first events
 */
public record Hotspots(
        MachineProfile profile,
        long cycles,
        Accesses accesses,
        long faults,
        Tally total,
        List<Phase> phases,
        List<Region> regions,
        List<Page> pages,
        List<Place> elsewhere,
        List<Misses> misses,
        long faultingWalks,
        Distribution walkCost,
        Distribution faultCost,
        long events,
        TraceEnding ending) {
    /** The name of what lies outside of phases, and of the region of what lies in none. */
    public static final String NONE = "-";

    /**
     * A phase, or what lies outside of any.
     *
     * @param name {@link #NONE} outside of any
     * @param title what the plan calls it, or an empty text
     * @param firstTick the tick at which it began
     */
    public record Phase(String name, String title, long firstTick, Tally tally) {}

    /**
     * A region of the plan.
     *
     * @param id {@link #NONE} for pages in none
     * @param first its first byte
     * @param last its last byte
     */
    public record Region(String id, long first, long last, Tally tally) {}

    /**
     * A place that is no page.
     *
     * @param use what the frames that were cleared or copied are used for, an empty text where that is not told
     */
    public record Place(Elsewhere kind, String use, Tally tally) {
        /** What it is, for people. */
        public String title() {
            return use.isEmpty() ? kind.title() : kind.title() + ": " + use;
        }
    }

    /**
     * A page.
     *
     * @param linear its first byte
     * @param bytes its size
     * @param region the id of the region that its first byte lies in, or {@link #NONE}
     * @param walks those that filled a TLB or faulted
     */
    public record Page(long linear, long bytes, String region, long walks, long faults, Tally tally) {}

    /**
     * Attributes the cycles of a trace, from a reader that has told no event yet.
     *
     * @param regions of the plan; of those that overlap the first counts
     * @throws TraceException when the trace is damaged or incomplete and the reader is not one of {@link
     *     org.pagetrail.traces.event.PartialTrace}, or its header holds no profile or plan
     */
    public static Hotspots of(TraceReader reader, List<MapRegion> regions) {
        if (!reader.complete() && !reader.partIsEnough()) {
            throw new TraceException("the trace is " + reader.ending().word() + ": "
                    + reader.ending().reason() + "; record it again");
        }
        Attribution attribution = new Attribution(reader.header());
        reader.readAll(attribution);
        return new Summary(reader.header(), attribution, regions).hotspots(reader.ordinal() + 1, reader.ending());
    }

    /** What is missing of the trace, as a sentence; an empty text for a complete one. */
    public String note() {
        return ending.note("The trace", events, "attributed");
    }

    /** The cycles that the events explain. */
    public long attributed() {
        return cycles - total.cycles(Cause.UNATTRIBUTED);
    }
}

package org.pagetrail.cli;

import java.util.List;
import org.pagetrail.replay.state.MapRegion;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.plan.Plan;

/** The regions of the plan in a trace's header, as the state's map names them. */
final class Regions {
    private Regions() {}

    static List<MapRegion> of(TraceHeader header) {
        return Plan.fromJson(header.plan()).regions().stream()
                .map(region -> new MapRegion(region.first(), region.last(), region.id()))
                .toList();
    }
}

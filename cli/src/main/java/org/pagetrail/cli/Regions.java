package org.pagetrail.cli;

import java.util.ArrayList;
import java.util.List;
import org.pagetrail.replay.state.MapRegion;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.Region;

/** The regions of the plan in a trace's header, as the state's map names them. */
final class Regions {
    private Regions() {}

    static List<MapRegion> of(TraceHeader header) {
        List<MapRegion> regions = new ArrayList<>();
        Region image = null;
        Region heap = null;
        for (Region region : Plan.fromJson(header.plan()).regions()) {
            if (region.fixed()) {
                regions.add(new MapRegion(region.first(), region.last(), region.id()));
            } else if (region.last() == Region.OPEN) {
                image = region;
            } else {
                heap = region;
            }
        }
        if (image != null && heap != null) {
            // Where the one ends and the other begins is each program's to say.
            regions.add(new MapRegion(image.first(), heap.last(), image.id()));
        }
        return regions;
    }
}

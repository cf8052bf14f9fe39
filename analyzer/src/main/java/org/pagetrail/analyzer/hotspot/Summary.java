package org.pagetrail.analyzer.hotspot;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pagetrail.replay.state.MapRegion;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.profile.Costs;

/** The making of a result from what was attributed. */
final class Summary {
    private static final int DIRECTORY_LEVEL = 2;

    private final TraceHeader header;
    private final Attribution attribution;
    private final List<MapRegion> regions;
    private final Costs costs;

    Summary(TraceHeader header, Attribution attribution, List<MapRegion> regions) {
        this.header = header;
        this.attribution = attribution;
        this.regions = regions;
        costs = attribution.profile.costs();
        attribution.end();
    }

    Hotspots hotspots(long events, TraceEnding ending) {
        List<Hotspots.Page> pages = pages();
        Tally total = new Tally(costs);
        attribution.phases.forEach(phase -> total.add(phase.tally));
        return new Hotspots(
                attribution.profile,
                attribution.lastTick,
                attribution.accesses,
                attribution.faults,
                total,
                phases(),
                regions(pages),
                pages,
                elsewhere(),
                attribution.misses.rows(pageBytes(false), pageBytes(true)),
                attribution.faultingWalks,
                attribution.walkCost.distribution(),
                attribution.faultTimes.distribution(),
                events,
                ending);
    }

    private long pageBytes(boolean large) {
        return 1L << attribution.mode.shift(large ? DIRECTORY_LEVEL : 1);
    }

    private List<Hotspots.Phase> phases() {
        List<Hotspots.Phase> phases = new ArrayList<>();
        for (Attribution.PhaseTally phase : attribution.phases) {
            boolean outside = phase.name.equals(Hotspots.NONE);
            if (!outside || phase.first || !phase.tally.empty()) {
                String title = outside ? phase.first ? "before the first phase" : "" : title(phase.name);
                phases.add(new Hotspots.Phase(phase.name, title, phase.firstTick, phase.tally));
            }
        }
        return phases;
    }

    /** What the plan in the header calls a step. */
    private String title(String phase) {
        for (JsonNode step : header.plan().path("steps")) {
            if (step.path("id").asText().equals(phase)) {
                return step.path("title").asText();
            }
        }
        return "";
    }

    private List<Hotspots.Page> pages() {
        List<Hotspots.Page> pages = new ArrayList<>();
        for (long key : attribution.pages.sortedKeys()) {
            PageTally page = attribution.pages.get(key);
            if (!page.tally.empty()) {
                long linear = page.page << attribution.mode.shift(1);
                MapRegion region = regionAt(linear);
                pages.add(new Hotspots.Page(
                        linear,
                        pageBytes(page.large),
                        region == null ? Hotspots.NONE : region.id(),
                        page.walks,
                        page.faults,
                        page.tally));
            }
        }
        // Stable, so that pages with as many cycles stay in the order of their addresses.
        pages.sort(Comparator.comparingLong(page -> -page.tally().cycles()));
        return pages;
    }

    private MapRegion regionAt(long linear) {
        for (MapRegion region : regions) {
            if (linear >= region.first() && linear <= region.last()) {
                return region;
            }
        }
        return null;
    }

    private List<Hotspots.Region> regions(List<Hotspots.Page> pages) {
        Map<String, Tally> byId = new LinkedHashMap<>();
        regions.forEach(region -> byId.put(region.id(), new Tally(costs)));
        byId.put(Hotspots.NONE, new Tally(costs));
        pages.forEach(page -> byId.get(page.region()).add(page.tally()));
        List<Hotspots.Region> shares = new ArrayList<>();
        for (MapRegion region : regions) {
            shares.add(new Hotspots.Region(region.id(), region.first(), region.last(), byId.get(region.id())));
        }
        shares.add(new Hotspots.Region(Hotspots.NONE, 0, 0, byId.get(Hotspots.NONE)));
        shares.removeIf(share -> share.tally().empty());
        shares.sort(Comparator.comparingLong(share -> -share.tally().cycles()));
        return shares;
    }

    private List<Hotspots.Place> elsewhere() {
        List<Hotspots.Place> places = new ArrayList<>();
        for (Elsewhere kind : Elsewhere.values()) {
            if (kind == Elsewhere.FRAMES) {
                attribution.frames.forEach((use, tally) -> places.add(new Hotspots.Place(kind, use, tally)));
            } else {
                places.add(new Hotspots.Place(kind, "", attribution.elsewhere[kind.ordinal()]));
            }
        }
        places.removeIf(place -> place.tally().empty());
        places.sort(Comparator.comparingLong(place -> -place.tally().cycles()));
        return places;
    }
}

package org.pagetrail.analyzer.hotspot;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.TraceEnding;

/** Where the cycles went, as JSON in canonical field order. */
public final class HotspotsJson {
    private HotspotsJson() {}

    /**
     * The whole result as an object.
     *
     * @param rows at most so many pages are there one by one
     */
    public static ObjectNode of(Hotspots hotspots, int rows) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("cycles", hotspots.cycles());
        json.put("attributed", hotspots.attributed());
        json.put("unattributed", hotspots.cycles() - hotspots.attributed());
        json.put("complete", hotspots.ending() == TraceEnding.COMPLETE);
        json.put("ending", hotspots.ending().word());
        json.put("profile", hotspots.profile().name());
        accesses(json.putObject("accesses"), hotspots.accesses());
        json.put("faults", hotspots.faults());
        causes(json.putArray("causes"), hotspots);
        ArrayNode phases = json.putArray("phases");
        for (Hotspots.Phase phase : hotspots.phases()) {
            ObjectNode node = phases.addObject();
            node.put("phase", phase.name().equals(Hotspots.NONE) ? null : phase.name());
            node.put("title", phase.title());
            node.put("tick", phase.firstTick());
            tally(node, phase.tally());
        }
        ArrayNode regions = json.putArray("regions");
        for (Hotspots.Region region : hotspots.regions()) {
            boolean none = region.id().equals(Hotspots.NONE);
            ObjectNode node = regions.addObject();
            node.put("region", none ? null : region.id());
            node.put("first", none ? null : hex(region.first()));
            node.put("last", none ? null : hex(region.last()));
            tally(node, region.tally());
        }
        ArrayNode elsewhere = json.putArray("elsewhere");
        for (Hotspots.Place place : hotspots.elsewhere()) {
            ObjectNode node = elsewhere.addObject();
            node.put("place", EventCatalog.code(place.kind()));
            node.put("use", place.use().isEmpty() ? null : place.use());
            tally(node, place.tally());
        }
        pages(json, hotspots, rows);
        misses(json, hotspots);
        distribution(json.putObject("walkCost"), hotspots.walkCost());
        distribution(json.putObject("faultCost"), hotspots.faultCost());
        return json;
    }

    private static void accesses(ObjectNode json, Accesses accesses) {
        json.put("reads", accesses.reads())
                .put("writes", accesses.writes())
                .put("fetches", accesses.fetches())
                .put("unpaged", accesses.unpaged())
                .put("hits", accesses.hits())
                .put("secondLevelHits", accesses.secondLevelHits())
                .put("walks", accesses.walks());
    }

    private static void causes(ArrayNode json, Hotspots hotspots) {
        for (Cause cause : Cause.values()) {
            json.addObject()
                    .put("cause", EventCatalog.code(cause))
                    .put("count", hotspots.total().count(cause))
                    .put("each", cause.each(hotspots.profile().costs()))
                    .put("cycles", hotspots.total().cycles(cause));
        }
    }

    private static void tally(ObjectNode json, Tally tally) {
        json.put("cycles", tally.cycles());
        ObjectNode causes = json.putObject("causes");
        for (Cause cause : Cause.values()) {
            if (tally.count(cause) != 0) {
                causes.put(EventCatalog.code(cause), tally.cycles(cause));
            }
        }
    }

    private static void pages(ObjectNode json, Hotspots hotspots, int rows) {
        List<Hotspots.Page> all = hotspots.pages();
        int shown = Math.min(rows, all.size());
        ArrayNode pages = json.putArray("pages");
        for (Hotspots.Page page : all.subList(0, shown)) {
            ObjectNode node = pages.addObject();
            node.put("page", hex(page.linear()));
            node.put("size", page.bytes());
            node.put("region", page.region().equals(Hotspots.NONE) ? null : page.region());
            node.put("walks", page.walks());
            node.put("invalidations", page.tally().count(Cause.INVLPG));
            node.put("faults", page.faults());
            tally(node, page.tally());
        }
        long left = all.subList(shown, all.size()).stream()
                .mapToLong(page -> page.tally().cycles())
                .sum();
        json.putObject("otherPages").put("count", all.size() - shown).put("cycles", left);
    }

    private static void misses(ObjectNode json, Hotspots hotspots) {
        ArrayNode array = json.putArray("misses");
        for (Misses misses : hotspots.misses()) {
            array.addObject()
                    .put("kind", misses.kind())
                    .put("pageSize", misses.pageBytes())
                    .put("walks", misses.walks())
                    .put("dirtyWalks", misses.dirtyWalks())
                    .put("secondLevel", misses.secondLevel())
                    .put("references", misses.references());
        }
        json.put("faultingWalks", hotspots.faultingWalks());
    }

    private static void distribution(ObjectNode json, Distribution d) {
        boolean none = d.count() == 0;
        json.put("count", d.count());
        json.put("p50", none ? null : d.p50());
        json.put("p90", none ? null : d.p90());
        json.put("p99", none ? null : d.p99());
        json.put("max", none ? null : d.max());
    }

    private static String hex(long address) {
        return String.format(Locale.ROOT, "0x%08x", address);
    }
}

package org.pagetrail.analyzer.hotspot;

import java.util.List;
import java.util.Locale;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.TraceEnding;
import org.pagetrail.traces.profile.Costs;

/**
 * Where the cycles went, as one table of comma-separated values with a header row, quoted as RFC 4180 says, lines ended by LF.
 *
 * <p>A row is what one cause took in one place. The cycles of the scope {@code total} add up to all; so do those of
 * {@code phase}; those of {@code region} and {@code elsewhere} together; those of {@code page} and {@code elsewhere} together. The
 * scopes {@code miss}, {@code walk-cost} and {@code fault-cost} look at some of the same cycles in other ways and add nothing.
 * Of a trace that is not complete the first row's scope is {@code trace}: what it is instead, and how many events it has.
 */
public final class HotspotsCsv {
    private final StringBuilder text = new StringBuilder();
    private final Hotspots hotspots;

    private HotspotsCsv(Hotspots hotspots) {
        this.hotspots = hotspots;
    }

    /**
     * The table.
     *
     * @param rows at most so many pages are there one by one; the name of the others' rows is {@code other}
     */
    public static String of(Hotspots hotspots, int rows) {
        HotspotsCsv csv = new HotspotsCsv(hotspots);
        csv.row("scope", "name", "size", "cause", "count", "cycles");
        if (hotspots.ending() != TraceEnding.COMPLETE) {
            csv.row("trace", hotspots.ending().word(), "", "", Long.toString(hotspots.events()), "");
        }
        csv.tally("total", "", "", hotspots.total());
        hotspots.phases().forEach(phase -> csv.tally("phase", phase.name(), "", phase.tally()));
        hotspots.regions().forEach(region -> csv.tally("region", region.id(), "", region.tally()));
        hotspots.elsewhere().forEach(place -> csv.tally("elsewhere", name(place), "", place.tally()));
        csv.pages(rows);
        csv.misses();
        csv.distribution("walk-cost", hotspots.walkCost());
        csv.distribution("fault-cost", hotspots.faultCost());
        return csv.text.toString();
    }

    private static String name(Hotspots.Place place) {
        String kind = EventCatalog.code(place.kind());
        return place.use().isEmpty() ? kind : kind + ": " + place.use();
    }

    private void pages(int rows) {
        List<Hotspots.Page> pages = hotspots.pages();
        int shown = Math.min(rows, pages.size());
        for (Hotspots.Page page : pages.subList(0, shown)) {
            String name = String.format(Locale.ROOT, "0x%08x", page.linear());
            tally("page", name, Long.toString(page.bytes()), page.tally());
        }
        Tally other = new Tally(hotspots.profile().costs());
        pages.subList(shown, pages.size()).forEach(page -> other.add(page.tally()));
        tally("page", "other", "", other);
    }

    private void tally(String scope, String name, String size, Tally tally) {
        for (Cause cause : Cause.values()) {
            if (tally.count(cause) != 0) {
                row(
                        scope,
                        name,
                        size,
                        EventCatalog.code(cause),
                        Long.toString(tally.count(cause)),
                        Long.toString(tally.cycles(cause)));
            }
        }
    }

    private void misses() {
        Costs costs = hotspots.profile().costs();
        for (Misses misses : hotspots.misses()) {
            String size = Long.toString(misses.pageBytes());
            row("miss", misses.kind(), size, "miss-walks", Long.toString(misses.walks()), "");
            row("miss", misses.kind(), size, "dirty-walks", Long.toString(misses.dirtyWalks()), "");
            row("miss", misses.kind(), size, "second-level-fills", Long.toString(misses.secondLevel()), "");
            row(
                    "miss",
                    misses.kind(),
                    size,
                    EventCatalog.code(Cause.WALK),
                    Long.toString(misses.references()),
                    Long.toString(misses.references() * costs.walkReference()));
        }
        row("miss", "faulting", "", "miss-walks", Long.toString(hotspots.faultingWalks()), "");
    }

    private void distribution(String scope, Distribution d) {
        row(scope, "all", "", "", Long.toString(d.count()), "");
        if (d.count() != 0) {
            row(scope, "p50", "", "", "", Long.toString(d.p50()));
            row(scope, "p90", "", "", "", Long.toString(d.p90()));
            row(scope, "p99", "", "", "", Long.toString(d.p99()));
            row(scope, "max", "", "", "", Long.toString(d.max()));
        }
    }

    private void row(String... fields) {
        for (int i = 0; i < fields.length; i++) {
            text.append(i == 0 ? "" : ",").append(quoted(fields[i]));
        }
        text.append('\n');
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}

package org.pagetrail.analyzer.hotspot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.pagetrail.traces.event.ByteSize;

/** Where the cycles went, as tables with bars for people, 80 columns wide. */
public final class HotspotsText {
    /** What stands left of the cycles. */
    private static final int LEFT = 45;

    private static final int BAR = 12;
    private static final int TITLE = 2;
    private static final int LONGEST_PHASE = 16;
    private static final int LONGEST_REGION = 16;

    /** What is less than this much of all gets no bar. */
    private static final double LEAST_SHARE = 0.001;

    private final StringBuilder text = new StringBuilder();
    private final Hotspots hotspots;
    private final int rows;

    private HotspotsText(Hotspots hotspots, int rows) {
        this.hotspots = hotspots;
        this.rows = rows;
    }

    /**
     * The tables, lines ended by LF.
     *
     * @param rows at most so many pages are shown one by one
     */
    public static String of(Hotspots hotspots, int rows) {
        HotspotsText made = new HotspotsText(hotspots, rows);
        made.heading();
        made.phases();
        made.causes();
        made.regions();
        made.pages();
        made.misses();
        made.distributions();
        return made.text.toString();
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }

    /** A table's row: what, cycles, share, bar. */
    private void row(String what, long cycles) {
        line("%-" + LEFT + "s %,13d %6s  %s", cut(what, LEFT), cycles, share(cycles), bar(cycles));
    }

    private void tableOf(String what) {
        line("");
        line("%-" + LEFT + "s %13s %6s", what, "cycles", "share");
    }

    private static String cut(String what, int length) {
        return what.length() <= length ? what : what.substring(0, length - 3) + "...";
    }

    private String share(long cycles) {
        if (hotspots.cycles() == 0 || cycles == 0) {
            return "-";
        }
        double share = (double) cycles / hotspots.cycles();
        return share > 0 && share < LEAST_SHARE ? "<0.1%" : String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    private String bar(long cycles) {
        double share = hotspots.cycles() <= 0 ? 0 : (double) cycles / hotspots.cycles();
        return share < LEAST_SHARE ? "" : "#".repeat((int) Math.max(1, Math.min(BAR, Math.round(BAR * share))));
    }

    private void heading() {
        long left = hotspots.cycles() - hotspots.attributed();
        line(
                "%,d cycles on %s, %s",
                hotspots.cycles(),
                hotspots.profile().name(),
                left == 0
                        ? "every one attributed"
                        : String.format(Locale.ROOT, "%,d of them not explained by the events", left));
        if (!hotspots.note().isEmpty()) {
            line("%s", hotspots.note().replace("; ", ";\n"));
        }
        Accesses accesses = hotspots.accesses();
        line(
                "%,d accesses: %,d reads, %,d writes, %,d fetches; %,d faults",
                accesses.all(), accesses.reads(), accesses.writes(), accesses.fetches(), hotspots.faults());
    }

    private void phases() {
        int width = TITLE;
        for (Hotspots.Phase phase : hotspots.phases()) {
            width = Math.max(width, Math.min(LONGEST_PHASE, phase.name().length()));
        }
        tableOf("By phase");
        for (Hotspots.Phase phase : hotspots.phases()) {
            String name = cut(phase.name(), LONGEST_PHASE);
            row(
                    String.format(Locale.ROOT, "  %-" + width + "s  %s", name, phase.title()),
                    phase.tally().cycles());
        }
    }

    private void causes() {
        tableOf("By cause                    how often   each");
        List<Cause> causes = new ArrayList<>(List.of(Cause.values()));
        causes.removeIf(cause -> hotspots.total().cycles(cause) == 0);
        causes.sort(Comparator.comparingLong((Cause cause) -> -hotspots.total().cycles(cause)));
        for (Cause cause : causes) {
            String what = cause == Cause.UNATTRIBUTED
                    ? "  (" + cause.title() + ")"
                    : String.format(
                            Locale.ROOT,
                            "  %-21s %,13d x %,5d",
                            cause.title(),
                            hotspots.total().count(cause),
                            cause.each(hotspots.profile().costs()));
            row(what, hotspots.total().cycles(cause));
        }
    }

    private record Row(String what, long cycles) {}

    private void regions() {
        tableOf("By region, and what is told of no page");
        List<Row> all = new ArrayList<>();
        for (Hotspots.Region region : hotspots.regions()) {
            String what = region.id().equals(Hotspots.NONE)
                    ? "  in no region"
                    : String.format(Locale.ROOT, "  %-20s %s-%s", region.id(), hex(region.first()), hex(region.last()));
            all.add(new Row(what, region.tally().cycles()));
        }
        for (Hotspots.Place place : hotspots.elsewhere()) {
            all.add(new Row("  (" + place.title() + ")", place.tally().cycles()));
        }
        all.sort(Comparator.comparingLong(row -> -row.cycles()));
        all.forEach(row -> row(row.what(), row.cycles()));
    }

    private void pages() {
        List<Hotspots.Page> pages = hotspots.pages();
        if (pages.isEmpty()) {
            return;
        }
        line("");
        line("%-34s %7s %6s %6s %13s %6s", "By page", "walks", "INVLPG", "faults", "cycles", "share");
        for (Hotspots.Page page : pages.subList(0, Math.min(rows, pages.size()))) {
            line(
                    "  %s %s %-16s %,7d %,6d %,6d %,13d %6s",
                    hex(page.linear()),
                    ByteSize.text(page.bytes()),
                    cut(page.region(), LONGEST_REGION),
                    page.walks(),
                    page.tally().count(Cause.INVLPG),
                    page.faults(),
                    page.tally().cycles(),
                    share(page.tally().cycles()));
        }
        if (pages.size() > rows) {
            long cycles = pages.subList(rows, pages.size()).stream()
                    .mapToLong(page -> page.tally().cycles())
                    .sum();
            line(
                    "  %-54s %,13d %6s",
                    String.format(Locale.ROOT, "(%,d more; -n shows more)", pages.size() - rows),
                    cycles,
                    share(cycles));
        }
    }

    private void misses() {
        if (hotspots.misses().isEmpty() && hotspots.faultingWalks() == 0) {
            return;
        }
        line("");
        line("%-22s %11s %12s %12s %12s", "First-level misses", "walks", "first writes", "second level", "references");
        for (Misses misses : hotspots.misses()) {
            line(
                    "  %-20s %,11d %,12d %,12d %,12d",
                    misses.kind() + ", " + ByteSize.text(misses.pageBytes()),
                    misses.walks(),
                    misses.dirtyWalks(),
                    misses.secondLevel(),
                    misses.references());
        }
        if (hotspots.faultingWalks() != 0) {
            line("  %-20s %,11d", "ended in a fault", hotspots.faultingWalks());
        }
    }

    private void distributions() {
        line("");
        line("%-22s %11s %10s %10s %10s %10s", "Cycles of one", "how many", "p50", "p90", "p99", "max");
        distribution("page walk", hotspots.walkCost());
        if (hotspots.faults() != 0) {
            distribution("fault, till answered", hotspots.faultCost());
        }
    }

    private void distribution(String what, Distribution d) {
        if (d.count() == 0) {
            line("  %-20s %,11d", what, 0);
        } else {
            line("  %-20s %,11d %,10d %,10d %,10d %,10d", what, d.count(), d.p50(), d.p90(), d.p99(), d.max());
        }
    }

    private static String hex(long address) {
        return String.format(Locale.ROOT, "0x%08x", address);
    }
}

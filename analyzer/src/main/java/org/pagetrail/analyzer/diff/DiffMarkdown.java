package org.pagetrail.analyzer.diff;

import static org.pagetrail.analyzer.diff.DiffWords.count;

import java.util.List;
import java.util.Locale;
import org.pagetrail.analyzer.diff.EventDifferences.Divergence;
import org.pagetrail.analyzer.diff.EventDifferences.KindDifference;
import org.pagetrail.analyzer.diff.EventDifferences.Neighbour;
import org.pagetrail.analyzer.diff.ViolationDifferences.Recounted;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.event.EventCatalog;

/** A comparison as Markdown with tables, as a review or a build's summary shows it. */
public final class DiffMarkdown {
    private static final int MOST_ROWS = 200;
    private static final String SPECIAL = "\\`*_{}[]<>#|~";

    private final TraceDiff diff;
    private final String old;
    private final String now;
    private final EventWording wording;
    private final StringBuilder out = new StringBuilder();

    private DiffMarkdown(TraceDiff diff, String old, String now, EventWording wording) {
        this.diff = diff;
        this.old = old;
        this.now = now;
        this.wording = wording;
    }

    /**
     * The Markdown.
     *
     * @param diff the comparison
     * @param old what the old trace is called
     * @param now what the new trace is called
     * @param wording how events are shown
     */
    public static String of(TraceDiff diff, String old, String now, EventWording wording) {
        DiffMarkdown markdown = new DiffMarkdown(diff, old, now, wording);
        markdown.all();
        return markdown.out.toString();
    }

    private void all() {
        line("# Differences between " + escaped(old) + " and " + escaped(now));
        line("");
        for (String note : DiffWords.notes(diff, old, now)) {
            line(escaped(note));
            line("");
        }
        if (diff.none()) {
            line("No differences: " + count(diff.events().nowEvents(), "event") + " each.");
            return;
        }
        line("Not the same: " + DiffWords.parts(diff) + ".");
        inputs();
        maps();
        events();
        costs();
        violations();
    }

    private void title(String text) {
        line("");
        line("## " + text);
        line("");
    }

    private void inputs() {
        title("Inputs");
        if (same(diff.inputs())) {
            return;
        }
        head("input", "old", "new");
        for (InputDifference input : diff.inputs()) {
            row(input.input(), DiffWords.value(input.old()), DiffWords.value(input.now()));
        }
    }

    /** Says so when there is nothing to list. */
    private boolean same(List<?> differences) {
        if (differences.isEmpty()) {
            line("The same.");
        }
        return differences.isEmpty();
    }

    private void maps() {
        title("Map at the end");
        if (!same(diff.finalMap())) {
            ranges(diff.finalMap());
        }
        title("Map at the end of each phase");
        List<PhaseMapGroup> groups = PhaseMapGroup.of(diff);
        if (groups.stream().allMatch(group -> group.differences().isEmpty())) {
            line("The same.");
            return;
        }
        for (PhaseMapGroup group : groups) {
            line("- " + escaped(group.title()) + ": " + group.summary(diff));
        }
        for (PhaseMapGroup group : groups) {
            if (!group.fresh().isEmpty()) {
                line("");
                line("### At the end of " + escaped(group.title()));
                line("");
                ranges(group.fresh());
            }
        }
    }

    private void ranges(List<MapDifference> map) {
        head("", "address space", "linear", "size", "region", "what");
        for (MapDifference difference : first(map)) {
            boolean both = !difference.added() && !difference.removed();
            row(
                    DiffWords.mark(difference),
                    DiffWords.spaces(difference),
                    DiffWords.range(difference),
                    ByteSize.text(difference.bytes()),
                    DiffWords.region(difference),
                    String.join("; ", both ? DiffWords.changes(difference) : DiffWords.mapped(difference)));
        }
        more(map.size());
    }

    private void events() {
        EventDifferences events = diff.events();
        title("Events");
        if (events.kinds().isEmpty()) {
            line("The same but for their ticks.");
            return;
        }
        line(count(events.added()) + " added, " + count(events.removed()) + " removed, " + count(events.changed())
                + " changed; " + count(events.oldEvents()) + DiffWords.ARROW + count(events.nowEvents()) + " in all.");
        line("");
        divergence(events.first());
        line("");
        head("phase", "event", "added", "removed", "changed", "fields that changed");
        for (KindDifference kind : first(events.kinds())) {
            row(
                    kind.phase(),
                    kind.event(),
                    count(kind.added()),
                    count(kind.removed()),
                    count(kind.changed()),
                    String.join(", ", kind.fields()));
        }
        more(events.kinds().size());
    }

    /** As a block of code: its lines begin with a mark or a blank, so that none of them can end it. */
    private void divergence(Divergence first) {
        line("The first difference (" + escaped(first.phase()) + "):");
        line("");
        line("```text");
        side("old", first.old());
        side("new", first.now());
        line("```");
    }

    private void side(String name, List<Neighbour> neighbours) {
        line(name);
        for (Neighbour neighbour : neighbours) {
            TracedEvent event = neighbour.event();
            line(String.format(
                    Locale.ROOT,
                    "%s %8d  %-24s %s",
                    DiffWords.mark(neighbour.mark()),
                    event.ordinal(),
                    EventCatalog.get().byId(event.id()).name(),
                    DiffWords.clean(wording.text(event))));
        }
    }

    private void costs() {
        title("Costs by phase, worst first");
        if (same(diff.costs())) {
            return;
        }
        head("phase", "measure", "old", "new", "change", "relative");
        for (CostDifference cost : first(diff.costs())) {
            row(
                    cost.phase(),
                    DiffWords.measure(cost.measure()),
                    count(cost.old()),
                    count(cost.now()),
                    DiffWords.signed(cost.change()),
                    DiffWords.relative(cost));
        }
        more(diff.costs().size());
    }

    private void violations() {
        title("Violations");
        ViolationDifferences violations = diff.violations();
        if (violations.none()) {
            line(violations.same() == 0 ? "None in either." : "The same " + count(violations.same()) + ".");
            return;
        }
        head("", "rule", "severity", "where", "expected", "found", "missing", "seen");
        first(violations.added()).forEach(violation -> violation("+", violation, DiffWords.times(violation.count())));
        first(violations.gone()).forEach(violation -> violation("-", violation, DiffWords.times(violation.count())));
        for (Recounted recounted : first(violations.recounted())) {
            violation(
                    "~",
                    recounted.now(),
                    DiffWords.times(recounted.old().count())
                            + DiffWords.ARROW
                            + DiffWords.times(recounted.now().count()));
        }
        more(violations.added().size());
        more(violations.gone().size());
        more(violations.recounted().size());
    }

    private void violation(String mark, Violation violation, String often) {
        row(
                mark,
                violation.invariant().id(),
                DiffWords.severity(violation),
                DiffWords.where(violation),
                empty(violation.expected()),
                empty(violation.found()),
                empty(violation.missing()),
                often);
    }

    private static String empty(String text) {
        return text == null ? "" : text;
    }

    private static <T> List<T> first(List<T> rows) {
        return rows.subList(0, Math.min(rows.size(), MOST_ROWS));
    }

    private void more(int rows) {
        if (rows > MOST_ROWS) {
            line("");
            line("And " + count(rows - MOST_ROWS) + " more.");
        }
    }

    private void head(String... names) {
        row(names);
        line("|" + "---|".repeat(names.length));
    }

    private void row(String... cells) {
        StringBuilder row = new StringBuilder("|");
        for (String cell : cells) {
            row.append(' ').append(escaped(cell)).append(" |");
        }
        line(row.toString());
    }

    /** A text that Markdown shows as it is, in a cell of a table too. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : DiffWords.clean(text).toCharArray()) {
            if (c == '&') {
                escaped.append("&amp;");
            } else if (c == '<') {
                escaped.append("&lt;");
            } else {
                escaped.append(SPECIAL.indexOf(c) >= 0 ? "\\" : "").append(c);
            }
        }
        return escaped.toString();
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }
}

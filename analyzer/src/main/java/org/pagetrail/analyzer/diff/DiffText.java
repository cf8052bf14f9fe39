package org.pagetrail.analyzer.diff;

import static org.pagetrail.analyzer.diff.DiffWords.ARROW;
import static org.pagetrail.analyzer.diff.DiffWords.count;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pagetrail.analyzer.diff.EventDifferences.Divergence;
import org.pagetrail.analyzer.diff.EventDifferences.KindDifference;
import org.pagetrail.analyzer.diff.EventDifferences.Mark;
import org.pagetrail.analyzer.diff.EventDifferences.Neighbour;
import org.pagetrail.analyzer.diff.ViolationDifferences.Recounted;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.event.EventCatalog;

/** A comparison as text for people, in 80 columns. */
public final class DiffText {
    private static final int WIDTH = 80;
    private static final int MOST_RANGES = 24;
    private static final int MOST_ROWS = 48;
    private static final int WIDEST_PHASE = 18;
    private static final int WIDEST_INPUT = 40;
    private static final int INDENT = 6;

    private final TraceDiff diff;
    private final String old;
    private final String now;
    private final EventWording wording;
    private final StringBuilder out = new StringBuilder();

    private DiffText(TraceDiff diff, String old, String now, EventWording wording) {
        this.diff = diff;
        this.old = DiffWords.clean(old);
        this.now = DiffWords.clean(now);
        this.wording = wording;
    }

    /**
     * The text.
     *
     * @param diff the comparison
     * @param old what the old trace is called
     * @param now what the new trace is called
     * @param wording how events are shown
     */
    public static String of(TraceDiff diff, String old, String now, EventWording wording) {
        DiffText text = new DiffText(diff, old, now, wording);
        text.all();
        return text.out.toString();
    }

    private void all() {
        DiffWords.notes(diff, old, now).forEach(note -> wrapped("", 0, note));
        if (diff.none()) {
            line(
                    "No differences between %s and %s: %s each.",
                    old, now, count(diff.events().nowEvents(), "event"));
            return;
        }
        line("- %s", old);
        line("+ %s", now);
        wrapped("", 0, "Not the same: " + DiffWords.parts(diff) + ". What both have, but not alike, is marked ~.");
        inputs();
        maps();
        events();
        costs();
        violations();
    }

    private void title(String format, Object... arguments) {
        line("");
        line(format, arguments);
    }

    private void inputs() {
        if (diff.inputs().isEmpty()) {
            title("Inputs: the same");
            return;
        }
        title("Inputs");
        int width = diff.inputs().stream()
                .mapToInt(input -> input.input().length())
                .filter(length -> length <= WIDEST_INPUT)
                .max()
                .orElse(0);
        for (InputDifference input : diff.inputs()) {
            String before = DiffWords.clean(DiffWords.value(input.old()));
            String after = DiffWords.clean(DiffWords.value(input.now()));
            String name = String.format(Locale.ROOT, "  %-" + Math.max(1, width) + "s  ", input.input());
            if (name.length() + before.length() + ARROW.length() + after.length() <= WIDTH) {
                line("%s%s%s%s", name, before, ARROW, after);
            } else {
                line("  %s", input.input());
                wrapped("    - ", 8, before);
                wrapped("    + ", 8, after);
            }
        }
    }

    private void maps() {
        if (diff.finalMap().isEmpty()) {
            title("Map at the end: the same");
        } else {
            title("Map at the end: %s", differences(diff.finalMap()));
            ranges(diff.finalMap());
        }
        List<PhaseMapGroup> groups = PhaseMapGroup.of(diff);
        if (groups.stream().allMatch(group -> group.differences().isEmpty())) {
            title("Map at the end of each phase: the same");
            return;
        }
        title("Map at the end of each phase");
        for (PhaseMapGroup group : groups) {
            line("  %-10s  %s", group.title(), group.summary(diff));
            ranges(group.fresh());
        }
    }

    private static String differences(List<MapDifference> map) {
        return count(map.stream().filter(MapDifference::added).count()) + " added, "
                + count(map.stream().filter(MapDifference::removed).count()) + " removed, "
                + count(map.stream().filter(d -> !d.changes().isEmpty()).count()) + " changed";
    }

    private void ranges(List<MapDifference> map) {
        List<String> spaces = List.of();
        int shown = 0;
        for (MapDifference difference : map) {
            if (shown++ == MOST_RANGES) {
                line("    and %s more; --format json has all", count(map.size() - MOST_RANGES));
                return;
            }
            if (!difference.spaces().equals(spaces)) {
                spaces = difference.spaces();
                wrapped("  in address space" + (spaces.size() == 1 ? " " : "s "), 6, DiffWords.spaces(difference));
            }
            boolean both = !difference.added() && !difference.removed();
            List<String> phrases = both ? DiffWords.changes(difference) : DiffWords.mapped(difference);
            line(
                    "  %s %s %9s  %s",
                    DiffWords.mark(difference),
                    DiffWords.range(difference),
                    ByteSize.text(difference.bytes()),
                    DiffWords.region(difference));
            phrases.forEach(phrase -> wrapped(" ".repeat(INDENT), INDENT + 2, phrase));
        }
    }

    private void events() {
        EventDifferences events = diff.events();
        if (events.kinds().isEmpty()) {
            title("Events: the same but for their ticks, %s", count(events.nowEvents()));
            return;
        }
        title(
                "Events: %s added, %s removed, %s changed; %s%s%s in all",
                count(events.added()),
                count(events.removed()),
                count(events.changed()),
                count(events.oldEvents()),
                ARROW,
                count(events.nowEvents()));
        divergence(events.first());
        line("");
        int width =
                phaseWidth(events.kinds().stream().map(KindDifference::phase).toList());
        line("  %-" + width + "s  %-24s %7s %7s %7s", "phase", "event", "added", "removed", "changed");
        String phase = null;
        for (KindDifference kind : first(events.kinds())) {
            line(
                    "  %-" + width + "s  %-24s %7s %7s %7s",
                    kind.phase().equals(phase) ? "" : kind.phase(),
                    kind.event(),
                    some(kind.added()),
                    some(kind.removed()),
                    some(kind.changed()));
            phase = kind.phase();
            if (!kind.fields().isEmpty()) {
                String indent = " ".repeat(width + 4);
                wrapped(indent + "  in ", indent.length() + 5, String.join(", ", kind.fields()));
            }
        }
        more(events.kinds().size());
    }

    private static String some(long number) {
        return number == 0 ? "" : count(number);
    }

    private void divergence(Divergence first) {
        String what = first.mark() == Mark.CHANGED
                ? "changed in " + String.join(", ", first.fields())
                : first.mark() == Mark.ADDED ? "added" : "removed";
        line("  The first difference, %s:", where(first.phase()));
        line("    %s: %s", eventThatDiffers(first), what);
        line("    %s", old);
        first.old().forEach(this::neighbour);
        line("    %s", now);
        first.now().forEach(this::neighbour);
    }

    /** A part of a recording with its preposition. */
    private static String where(String part) {
        return part.equals(Sections.START) ? "before the first phase" : part.startsWith("after ") ? part : "in " + part;
    }

    private static String eventThatDiffers(Divergence first) {
        List<Neighbour> side = first.mark() == Mark.ADDED ? first.now() : first.old();
        return side.stream()
                .filter(neighbour -> neighbour.mark() == first.mark())
                .map(neighbour -> name(neighbour.event()))
                .findFirst()
                .orElse("");
    }

    private static String name(TracedEvent event) {
        return EventCatalog.get().byId(event.id()).name();
    }

    private void neighbour(Neighbour neighbour) {
        TracedEvent event = neighbour.event();
        String start = String.format(
                Locale.ROOT, "    %s %7d  %s  ", DiffWords.mark(neighbour.mark()), event.ordinal(), name(event));
        String what = DiffWords.clean(wording.text(event));
        if (start.length() + what.length() <= WIDTH) {
            line("%s%s", start, what);
        } else {
            line("%s", start.stripTrailing());
            wrapped(" ".repeat(17), 17, what);
        }
    }

    private void costs() {
        if (diff.costs().isEmpty()) {
            title("Costs: the same");
            return;
        }
        title("Costs by phase, worst first");
        int width = phaseWidth(diff.costs().stream().map(CostDifference::phase).toList());
        String form = "  %-" + width + "s  %-7s %14s %14s %14s %10s";
        line(form, "phase", "", "old", "new", "change", "");
        String phase = null;
        for (CostDifference cost : first(diff.costs())) {
            line(
                    form,
                    cost.phase().equals(phase) ? "" : cost.phase(),
                    DiffWords.measure(cost.measure()),
                    count(cost.old()),
                    count(cost.now()),
                    DiffWords.signed(cost.change()),
                    DiffWords.relative(cost));
            phase = cost.phase();
        }
        more(diff.costs().size());
    }

    private static <T> List<T> first(List<T> rows) {
        return rows.subList(0, Math.min(rows.size(), MOST_ROWS));
    }

    private void more(int rows) {
        if (rows > MOST_ROWS) {
            line("  and %s more; --format json has all", count(rows - MOST_ROWS));
        }
    }

    private static int phaseWidth(List<String> phases) {
        int longest = phases.stream().mapToInt(String::length).max().orElse(0);
        return Math.max("phase".length(), Math.min(longest, WIDEST_PHASE));
    }

    private void violations() {
        ViolationDifferences violations = diff.violations();
        if (violations.none()) {
            title("Violations: %s", violations.same() == 0 ? "none in either" : "the same " + count(violations.same()));
            return;
        }
        title(
                "Violations: %s new, %s gone, %s seen more or less often, %s the same",
                count(violations.added().size()),
                count(violations.gone().size()),
                count(violations.recounted().size()),
                count(violations.same()));
        first(violations.added()).forEach(violation -> violation("+", violation, ""));
        more(violations.added().size());
        first(violations.gone()).forEach(violation -> violation("-", violation, ""));
        more(violations.gone().size());
        for (Recounted recounted : first(violations.recounted())) {
            String often = DiffWords.times(recounted.old().count())
                    + ARROW
                    + DiffWords.times(recounted.now().count());
            violation("~", recounted.now(), ": " + often);
        }
        more(violations.recounted().size());
    }

    private void violation(String mark, Violation violation, String often) {
        wrapped(
                "  " + mark + " ",
                INDENT,
                violation.invariant().id() + " " + DiffWords.severity(violation) + " " + DiffWords.where(violation)
                        + often);
        wrapped(" ".repeat(INDENT), INDENT + 2, violation.invariant().holds());
        detail("expected", violation.expected());
        detail("found", violation.found());
        detail("missing", violation.missing());
        if (violation.cause() != null) {
            detail(
                    "cause",
                    "event " + violation.cause().ordinal() + ", "
                            + violation.cause().event());
        }
    }

    private void detail(String name, String text) {
        if (text != null) {
            wrapped(" ".repeat(INDENT) + name + " ", INDENT + 2, DiffWords.clean(text));
        }
    }

    /** Words in as many lines as it takes; the lines after the first are indented. */
    private void wrapped(String start, int indent, String text) {
        List<String> words = new ArrayList<>(List.of(text.split(" ", -1)));
        StringBuilder current = new StringBuilder(start).append(words.remove(0));
        for (String word : words) {
            if (current.length() + 1 + word.length() > WIDTH) {
                line("%s", current);
                current = new StringBuilder(" ".repeat(indent)).append(word);
            } else {
                current.append(' ').append(word);
            }
        }
        line("%s", current);
    }

    /** A line without trailing blanks. */
    private void line(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments).stripTrailing())
                .append('\n');
    }
}

package org.pagetrail.analyzer.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.pagetrail.analyzer.diff.CostDifference.Measure;
import org.pagetrail.analyzer.diff.EventDifferences.Mark;
import org.pagetrail.analyzer.diff.MapDifference.Change;
import org.pagetrail.analyzer.diff.MapDifference.Mapping;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.Rights;

/** The words that a difference has in every form for people. */
final class DiffWords {
    static final String ARROW = " -> ";
    static final String NONE = "none";

    private DiffWords() {}

    static String hex(long value) {
        return String.format(Locale.ROOT, "0x%08x", value);
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String count(long number, String what) {
        return count(number) + " " + what + (number == 1 ? "" : "s");
    }

    static String signed(long number) {
        return String.format(Locale.ROOT, "%+,d", number);
    }

    /** In percent; what was 0 before has none. */
    static String relative(CostDifference cost) {
        OptionalDouble percent = cost.percent();
        return percent.isEmpty() ? "from 0" : String.format(Locale.ROOT, "%+,.1f %%", percent.getAsDouble());
    }

    /** What is missing of the traces, a sentence each. */
    static List<String> notes(TraceDiff diff, String old, String now) {
        List<String> notes = new ArrayList<>();
        notes.add(diff.oldEnding().note(old, diff.events().oldEvents(), "compared"));
        notes.add(diff.nowEnding().note(now, diff.events().nowEvents(), "compared"));
        notes.removeIf(String::isEmpty);
        return notes;
    }

    static String measure(Measure measure) {
        return EventCatalog.code(measure);
    }

    static String mark(Mark mark) {
        return switch (mark) {
            case SAME -> " ";
            case CHANGED -> "~";
            case ADDED -> "+";
            case REMOVED -> "-";
        };
    }

    static String mark(MapDifference difference) {
        return difference.added() ? "+" : difference.removed() ? "-" : "~";
    }

    /** A value, or that there is none. */
    static String value(String value) {
        return value == null ? NONE : value;
    }

    static String range(MapDifference difference) {
        return hex(difference.first()) + "-" + hex(difference.last());
    }

    static String region(MapDifference difference) {
        return difference.region() == null ? "outside" : difference.region();
    }

    static String spaces(MapDifference difference) {
        return String.join(", ", difference.spaces());
    }

    static String frames(Mapping mapping, long bytes) {
        return mapping.inOrder()
                ? hex(mapping.physical()) + "-" + hex(mapping.physical() + bytes - 1)
                : "scattered from " + hex(mapping.physical());
    }

    /** How a range that one side alone has is mapped, a phrase each. */
    static List<String> mapped(MapDifference difference) {
        Mapping mapping = difference.added() ? difference.now() : difference.old();
        List<String> phrases = new ArrayList<>();
        phrases.add(Rights.text(mapping.rights()) + ", " + ByteSize.text(mapping.pageBytes()) + " pages"
                + (mapping.global() ? ", global" : "")
                + (mapping.window() ? ", window" : ""));
        phrases.add("frames " + frames(mapping, difference.bytes()));
        return phrases;
    }

    /** What differs in a range that both sides have, a phrase each. */
    static List<String> changes(MapDifference difference) {
        List<String> phrases = new ArrayList<>();
        for (Change change : difference.changes()) {
            phrases.add(change(difference, change));
        }
        return phrases;
    }

    private static String change(MapDifference difference, Change change) {
        Mapping old = difference.old();
        Mapping now = difference.now();
        return switch (change) {
            case FRAMES -> "frames " + frames(old, difference.bytes()) + ARROW + frames(now, difference.bytes());
            case RIGHTS -> "rights " + Rights.text(old.rights()) + ARROW + Rights.text(now.rights());
            case PAGE_SIZE -> "page size " + ByteSize.text(old.pageBytes()) + ARROW + ByteSize.text(now.pageBytes());
            case GLOBAL -> "global " + yes(old.global()) + ARROW + yes(now.global());
            case WINDOW -> "through the window " + yes(old.window()) + ARROW + yes(now.window());
        };
    }

    private static String yes(boolean is) {
        return is ? "yes" : "no";
    }

    static String severity(Violation violation) {
        return EventCatalog.code(violation.invariant().severity());
    }

    /** Where a violation is: linear addresses and phase. */
    static String where(Violation violation) {
        StringBuilder where = new StringBuilder();
        if (violation.linear() != Violation.NONE) {
            where.append(hex(violation.linear()));
            if (violation.bytes() > 0) {
                where.append('-').append(hex(violation.linear() + violation.bytes() - 1));
            }
        }
        if (violation.phase() != null) {
            where.append(where.isEmpty() ? "in " : " in ").append(violation.phase());
        }
        return where.toString();
    }

    static String times(long count) {
        return count == 1 ? "once" : count(count) + " times";
    }

    /** The parts that differ, by name. */
    static String parts(TraceDiff diff) {
        List<String> parts = new ArrayList<>();
        boolean map = !diff.finalMap().isEmpty()
                || diff.phaseMaps().stream()
                        .anyMatch(phase -> !phase.differences().isEmpty());
        add(parts, !diff.inputs().isEmpty(), "inputs");
        add(parts, map, "maps");
        add(parts, !diff.events().kinds().isEmpty(), "events");
        add(parts, !diff.costs().isEmpty(), "costs");
        add(parts, !diff.violations().none(), "violations");
        return String.join(", ", parts);
    }

    private static void add(List<String> parts, boolean differs, String name) {
        if (differs) {
            parts.add(name);
        }
    }

    /** Without control characters, which names of files may have. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return clean.toString();
    }
}

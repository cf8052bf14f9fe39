package org.pagetrail.analyzer.diff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pagetrail.analyzer.diff.EventDifferences.Divergence;
import org.pagetrail.analyzer.diff.EventDifferences.KindDifference;
import org.pagetrail.analyzer.diff.EventDifferences.Mark;
import org.pagetrail.analyzer.diff.EventDifferences.Neighbour;
import org.pagetrail.analyzer.diff.TraceFeed.Told;
import org.pagetrail.traces.event.EventCatalog;
import org.pagetrail.traces.event.EventField;

/** Hears of aligned events in their order: counts what differs, and keeps what is around the first difference. */
final class EventTally {
    private static final int AROUND = 3;

    private static final class Counts {
        private long added;
        private long removed;
        private long changed;
        private int fields;
    }

    /** The neighbourhood of the first difference on one side. */
    private static final class Neighbourhood {
        private final TraceFeed feed;
        private final Deque<Told> before = new ArrayDeque<>();
        private final List<Neighbour> shown = new ArrayList<>();
        private int after;

        Neighbourhood(TraceFeed feed) {
            this.feed = feed;
        }

        void pass(Told told) {
            if (before.size() == AROUND) {
                before.remove();
            }
            before.add(told);
        }

        void begin() {
            before.forEach(told -> shown.add(new Neighbour(feed.traced(told), Mark.SAME)));
        }

        /** The event that differs first is shown besides the three that follow it. */
        void show(Told told, Mark mark, boolean first) {
            if (first || after < AROUND) {
                shown.add(new Neighbour(feed.traced(told), mark));
                after += first ? 0 : 1;
            }
        }
    }

    private final Counterparts counterparts;
    private final TraceFeed oldFeed;
    private final TraceFeed nowFeed;
    private final Neighbourhood old;
    private final Neighbourhood now;
    private final Map<String, SortedMap<Integer, Counts>> counts = new LinkedHashMap<>();
    private Mark firstMark;
    private String firstPhase;
    private List<String> firstFields = List.of();

    EventTally(TraceFeed old, TraceFeed now, Counterparts counterparts) {
        this.oldFeed = old;
        this.nowFeed = now;
        this.counterparts = counterparts;
        this.old = new Neighbourhood(old);
        this.now = new Neighbourhood(now);
    }

    void both(Told one, Told other) {
        int differing = counterparts.compare(one, oldFeed, other, nowFeed);
        boolean first = false;
        if (differing != 0) {
            Counts count = counts(one);
            count.changed++;
            count.fields |= differing;
            first = diverges(Mark.CHANGED, one, names(one.id, differing));
        }
        Mark mark = differing == 0 ? Mark.SAME : Mark.CHANGED;
        tell(old, one, mark, first);
        tell(now, other, mark, first);
    }

    void removed(Told one) {
        counts(one).removed++;
        tell(old, one, Mark.REMOVED, diverges(Mark.REMOVED, one, List.of()));
    }

    void added(Told other) {
        counts(other).added++;
        tell(now, other, Mark.ADDED, diverges(Mark.ADDED, other, List.of()));
    }

    /** Whether this is the first difference; notes it then. */
    private boolean diverges(Mark mark, Told told, List<String> fields) {
        if (firstMark != null) {
            return false;
        }
        firstMark = mark;
        firstPhase = told.section;
        firstFields = fields;
        old.begin();
        now.begin();
        return true;
    }

    private void tell(Neighbourhood side, Told told, Mark mark, boolean first) {
        if (firstMark == null) {
            side.pass(told);
        } else {
            side.show(told, mark, first);
        }
    }

    private Counts counts(Told told) {
        return counts.computeIfAbsent(told.section, section -> new TreeMap<>())
                .computeIfAbsent(told.id, id -> new Counts());
    }

    private static List<String> names(int id, int differing) {
        EventField[] fields = EventKeys.fields(id);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            if ((differing & 1 << i) != 0) {
                names.add(fields[i].name());
            }
        }
        return names;
    }

    /** What was counted, of traces with so many events. */
    EventDifferences differences(long oldEvents, long nowEvents) {
        List<KindDifference> kinds = new ArrayList<>();
        counts.forEach((phase, byKind) -> byKind.forEach((id, count) -> kinds.add(new KindDifference(
                phase,
                EventCatalog.get().byId(id).name(),
                count.added,
                count.removed,
                count.changed,
                names(id, count.fields)))));
        Divergence first =
                firstMark == null ? null : new Divergence(firstPhase, firstMark, firstFields, old.shown, now.shown);
        return new EventDifferences(oldEvents, nowEvents, first, kinds);
    }
}

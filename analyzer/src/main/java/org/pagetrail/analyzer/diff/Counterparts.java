package org.pagetrail.analyzer.diff;

import java.util.HashMap;
import java.util.Map;
import org.pagetrail.analyzer.diff.TraceFeed.Told;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.EventField;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FieldKind;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * Which fields of two events with one key differ, when a frame of the one recording stands for a frame of the other.
 *
 * <p>A frame that is given to something (allocated, mapped, linked, made a root) is compared as it is, and from then on the two frames
 * are counterparts: a later event that only uses the one does not differ from an event that uses the other. So a table that lies
 * elsewhere is told once, and not again with each of its thousand entries. What is equal as it stands never differs.
 */
final class Counterparts {
    /** As many frames of one event get counterparts; larger runs are memory maps, which no event uses frame by frame. */
    private static final long MOST_OF_A_RUN = 1L << 18;

    // All events about entries have the same fields.
    private static final int LEVEL = EventKeys.position(EventId.PAGE_MAPPED, "level");
    private static final int NOW = EventKeys.position(EventId.PAGE_MAPPED, "now");

    private final PagingMode mode;
    private final int pageShift;

    /** From a frame of the old recording to that of the new one, where they are not the same. */
    private final Map<Long, Long> counterparts = new HashMap<>();

    Counterparts(PagingMode mode) {
        this.mode = mode;
        pageShift = mode.shift(1);
    }

    /** The positions of the fields that differ, as bits; then what the events give becomes counterparts. */
    int compare(Told old, TraceFeed oldFeed, Told now, TraceFeed nowFeed) {
        EventField[] described = EventKeys.fields(old.id);
        int differing = 0;
        for (int i = 0; i < described.length; i++) {
            FieldKind kind = described[i].kind();
            boolean same =
                    switch (kind) {
                        case FRAME -> sameFrame(old, now, i);
                        case ENTRY -> sameEntry(old, now, i, described[i].name());
                        case VALUE -> sameValue(old, now, i);
                        case SYMBOL -> oldFeed.symbol(old.fields[i]).equals(nowFeed.symbol(now.fields[i]));
                        default -> old.fields[i] == now.fields[i];
                    };
            differing |= same ? 0 : 1 << i;
        }
        learn(old, now);
        return differing;
    }

    private long counterpart(long frame) {
        return counterparts.isEmpty() ? frame : counterparts.getOrDefault(frame, frame);
    }

    private boolean sameFrame(Told old, Told now, int i) {
        boolean given =
                switch (old.id) {
                    case EventId.FRAMES_ALLOCATED, EventId.FRAMES_LOCKED, EventId.ADDRESS_SPACE_CREATED -> true;
                    default -> false;
                };
        return now.fields[i] == old.fields[i] || !given && now.fields[i] == counterpart(old.fields[i]);
    }

    private boolean sameValue(Told old, Told now, int i) {
        long one = old.fields[i];
        long other = now.fields[i];
        if (one == other) {
            return true;
        }
        long low = (1L << pageShift) - 1;
        return old.id == EventId.CONTROL_REGISTER_WRITTEN
                && old.fields[0] == ControlRegister.CR3.ordinal()
                && counterpart(one >>> pageShift) == other >>> pageShift
                && (one & low) == (other & low);
    }

    /** Whether the event puts the frame where it is, and so is about that very frame. */
    private static boolean puts(int id) {
        return switch (id) {
            case EventId.PAGE_MAPPED,
                    EventId.PAGE_REMAPPED,
                    EventId.TABLE_LINKED,
                    EventId.TABLE_RELINKED,
                    EventId.PAGE_SPLIT,
                    EventId.PAGE_MERGED -> true;
            default -> false;
        };
    }

    private boolean sameEntry(Told old, Told now, int i, String name) {
        long one = old.fields[i];
        long other = now.fields[i];
        if (one == other || counterparts.isEmpty() || name.equals("now") && puts(old.id)) {
            return one == other;
        }
        int level = level(old, name);
        EntryKind kind = mode.kind(one, level, old.cr4);
        if (kind != mode.kind(other, level, now.cr4) || kind == EntryKind.ABSENT) {
            return false;
        }
        long oldFrame = mode.frame(one, level, old.cr4);
        long nowFrame = mode.frame(other, level, now.cr4);
        return counterpart(oldFrame) == nowFrame && (one ^ oldFrame << pageShift) == (other ^ nowFrame << pageShift);
    }

    private int level(Told event, String field) {
        return switch (field) {
            case "pte" -> 1;
            case "pde", "entry" -> mode.levels();
            default -> (int) event.fields[LEVEL];
        };
    }

    private void learn(Told old, Told now) {
        switch (old.id) {
            case EventId.FRAMES_ALLOCATED ->
                newRun(old.fields[0], now.fields[0], Math.min(old.fields[1], now.fields[1]));
            case EventId.FRAMES_LOCKED -> run(old.fields[0], now.fields[0], Math.min(old.fields[1], now.fields[1]));
            case EventId.ADDRESS_SPACE_CREATED -> newRun(old.fields[0], now.fields[0], 1);
            case EventId.MODULE_LOADED -> {
                long bytes = Math.min(old.fields[1], now.fields[1]);
                run(old.fields[0] >>> pageShift, now.fields[0] >>> pageShift, (bytes >>> pageShift) + 1);
            }
            case EventId.CONTROL_REGISTER_WRITTEN -> {
                if (old.fields[0] == ControlRegister.CR3.ordinal()) {
                    run(old.fields[2] >>> pageShift, now.fields[2] >>> pageShift, 1);
                }
            }
            default -> {
                if (puts(old.id)) {
                    put(old, now);
                }
            }
        }
    }

    private void put(Told old, Told now) {
        int level = level(old, "now");
        long one = old.fields[NOW];
        long other = now.fields[NOW];
        EntryKind kind = mode.kind(one, level, old.cr4);
        // A page that both map to the same frames, as an identity map does, says nothing of what those frames are for.
        if (one != other && kind == mode.kind(other, level, now.cr4) && kind != EntryKind.ABSENT) {
            long frames = kind == EntryKind.LEAF ? 1L << mode.shift(level) - pageShift : 1;
            run(mode.frame(one, level, old.cr4), mode.frame(other, level, now.cr4), frames);
        }
    }

    /** The frames of the one run stand for those of the other. */
    private void run(long old, long now, long count) {
        long frames = Math.min(count, MOST_OF_A_RUN);
        if (old != now) {
            for (long i = 0; i < frames; i++) {
                counterparts.put(old + i, now + i);
            }
        }
    }

    /** The same for frames that are given to a new owner: what they stood for before is over. */
    private void newRun(long old, long now, long count) {
        for (long i = 0; i < Math.min(count, MOST_OF_A_RUN) && !counterparts.isEmpty(); i++) {
            counterparts.remove(old + i);
        }
        run(old, now, count);
    }
}

package org.pagetrail.replay.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A number for each frame of a few runs, stored by run.
 *
 * <p>Half-open runs that do not overlap, keyed by their first frame; neighbours of one value are one run. An operation costs
 * the runs it touches, not the frames.
 */
final class RunMap {
    /** The value of a frame that has none. */
    static final int NONE = -1;

    private final NavigableMap<Long, Run> runs = new TreeMap<>();

    /** Frames up to {@code end}, exclusive. */
    record Run(long first, long end, int value) {}

    /** The value of this frame, or {@link #NONE}. */
    int get(long frame) {
        Map.Entry<Long, Run> entry = runs.floorEntry(frame);
        return entry == null || entry.getValue().end <= frame ? NONE : entry.getValue().value;
    }

    /** Gives all frames of the run this value. */
    void set(long first, long count, int value) {
        if (count <= 0) {
            return;
        }
        long end = first + count;
        clear(first, count);
        Map.Entry<Long, Run> before = runs.floorEntry(first);
        if (before != null && before.getValue().end == first && before.getValue().value == value) {
            first = before.getKey();
        }
        Run after = runs.get(end);
        if (after != null && after.value == value) {
            runs.remove(end);
            end = after.end;
        }
        runs.put(first, new Run(first, end, value));
    }

    /** Takes the value from all frames of the run. */
    void clear(long first, long count) {
        if (count <= 0) {
            return;
        }
        long end = first + count;
        Map.Entry<Long, Run> entry = runs.lowerEntry(end);
        while (entry != null && entry.getValue().end > first) {
            Run run = entry.getValue();
            runs.remove(run.first);
            if (run.end > end) {
                runs.put(end, new Run(end, run.end, run.value));
            }
            if (run.first < first) {
                runs.put(run.first, new Run(run.first, first, run.value));
            }
            entry = runs.lowerEntry(run.first);
        }
    }

    /** The runs, ascending. */
    List<Run> runs() {
        return new ArrayList<>(runs.values());
    }

    void save(Packer out) {
        out.number(runs.size());
        long before = 0;
        for (Run run : runs.values()) {
            out.near(run.first, before);
            out.near(run.end, run.first);
            out.near(run.value, 0);
            before = run.end;
        }
    }

    void load(Unpacker in) {
        long before = 0;
        for (int left = in.count(); left > 0; left--) {
            long first = in.near(before);
            long end = in.near(first);
            runs.put(first, new Run(first, end, in.whole()));
            before = end;
        }
    }

    RunMap copy() {
        RunMap copy = new RunMap();
        copy.runs.putAll(runs);
        return copy;
    }
}

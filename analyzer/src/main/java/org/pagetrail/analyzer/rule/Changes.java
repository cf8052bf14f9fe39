package org.pagetrail.analyzer.rule;

import org.pagetrail.replay.state.LongMap;
import org.pagetrail.replay.state.MachineState;
import org.pagetrail.traces.event.EventCatalog;

/** Which event last changed a word of a paging structure in another bit than A and D. */
final class Changes {
    private static final int ID_BITS = 7;
    private static final int SLACK = 64;

    private final MachineState state;
    private LongMap<long[]> byTable = new LongMap<>();

    Changes(MachineState state) {
        this.state = state;
    }

    void changed(long table, int slot, long ordinal, int event) {
        long[] words = byTable.get(table);
        if (words == null) {
            if (byTable.size() > 2 * state.liveCount() + SLACK) {
                forgetTheDead();
            }
            words = new long[state.pagingMode().slots()];
            byTable.put(table, words);
        }
        words[slot] = ordinal + 1 << ID_BITS | event;
    }

    private void forgetTheDead() {
        LongMap<long[]> kept = new LongMap<>();
        for (long table : byTable.sortedKeys()) {
            if (state.isLive(table)) {
                kept.put(table, byTable.get(table));
            }
        }
        byTable = kept;
    }

    /** How many structures are kept in mind. */
    int size() {
        return byTable.size();
    }

    /** A number that grows with the event's ordinal, 0 when none changed the word. */
    long last(long table, int slot) {
        long[] words = byTable.get(table);
        return words == null ? 0 : words[slot];
    }

    /** The event of such a number, null for 0. */
    static Violation.Cause cause(long last) {
        if (last == 0) {
            return null;
        }
        int event = (int) last & (1 << ID_BITS) - 1;
        return cause((last >>> ID_BITS) - 1, event);
    }

    static Violation.Cause cause(long ordinal, int event) {
        return new Violation.Cause(ordinal, EventCatalog.get().byId(event).name());
    }
}

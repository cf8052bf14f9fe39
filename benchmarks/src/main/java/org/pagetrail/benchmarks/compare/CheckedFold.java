package org.pagetrail.benchmarks.compare;

import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceHeader;
import org.pagetrail.traces.event.TraceReader;
import org.pagetrail.traces.ia32.LinearAddress;

/** Folds a trace into the machine's state, and compares both entries of every fill with the tables: the way that is measured is in here alone. */
final class CheckedFold extends FlatEvents {
    private final StateBuilder builder;
    private final MachineState state;
    private final TlbFills single = new TlbFills();
    private final long[] byCause = new long[FillCause.values().length];
    private long wrong;

    private CheckedFold(TraceHeader header) {
        builder = new StateBuilder(header);
        state = builder.state();
    }

    /** Walks, fills from the second level, and those that differed from the tables. */
    static long[] of(TraceReader reader) {
        CheckedFold fold = new CheckedFold(reader.header());
        reader.readAll(fold);
        return new long[] {
            fold.byCause[FillCause.MISS.ordinal()], fold.byCause[FillCause.SECOND_LEVEL.ordinal()], fold.wrong
        };
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        if (id == EventId.TLB_FILLED) {
            single.clear();
            single.add(
                    tick,
                    fields[4],
                    fields[5],
                    fields[6],
                    TlbFills.shape(
                            (int) fields[0],
                            (int) fields[1],
                            (int) fields[2],
                            (int) fields[3],
                            (int) fields[7],
                            (int) fields[8],
                            (int) fields[9],
                            (int) fields[10],
                            fields[11]));
            tlbFilled(single);
        } else {
            EventDispatch.dispatch(id, tick, fields, text, builder);
        }
    }

    @Override
    public void tlbFilled(TlbFills fills) {
        builder.tlbFilled(fills);
        long directory = state.loadedDirectory().orElse(0);
        long[] words = fills.words();
        for (int at = 0; at < fills.count() * TlbFills.WORDS; at += TlbFills.WORDS) {
            long page = words[at + TlbFills.PAGE];
            long pde =
                    state.word(directory, (int) (page >>> LinearAddress.LARGE_PAGE_SHIFT - LinearAddress.PAGE_SHIFT));
            long pte = state.word(pde >>> LinearAddress.PAGE_SHIFT, (int) page & LinearAddress.SLOTS - 1);
            wrong += pde != words[at + TlbFills.PDE] || pte != words[at + TlbFills.PTE] ? 1 : 0;
            byCause[TlbFills.cause(words[at + TlbFills.SHAPE])]++;
        }
    }
}

package org.pagetrail.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;

/** Fills kept in memory, up to some number, to be told again. */
final class FillMemory extends FillsInRuns {
    private final List<TlbFills> runs = new ArrayList<>();
    private final int most;
    private TlbFills last;
    private int count;

    FillMemory(int most) {
        this.most = most;
    }

    @Override
    public void tlbFilled(TlbFills fills) {
        long[] words = fills.words();
        for (int at = 0; at < fills.count() * TlbFills.WORDS; at += TlbFills.WORDS) {
            add(
                    words[at],
                    words[at + TlbFills.PAGE],
                    words[at + TlbFills.PDE],
                    words[at + TlbFills.PTE],
                    words[at + TlbFills.SHAPE]);
        }
    }

    private void add(long tick, long page, long pde, long pte, long shape) {
        if (count == most) {
            return;
        }
        if (last == null || last.count() == TlbFills.CAPACITY) {
            last = new TlbFills();
            runs.add(last);
        }
        last.add(tick, page, pde, pte, shape);
        count++;
    }

    List<TlbFills> runs() {
        return runs;
    }

    int count() {
        return count;
    }

    /** Tells so many of them at least, in runs; returns how many. */
    int tell(int atLeast, TraceEvents out) {
        int told = 0;
        for (TlbFills run : runs) {
            if (told >= atLeast) {
                break;
            }
            out.tlbFilled(run);
            told += run.count();
        }
        return told;
    }
}

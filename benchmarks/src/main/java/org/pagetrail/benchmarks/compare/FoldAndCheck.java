package org.pagetrail.benchmarks.compare;

import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;
import org.pagetrail.traces.event.TraceReader;

/** The fold of a trace's events, in which every TLB fill is compared with what the folded tables say of it. */
public final class FoldAndCheck {
    private final StateBuilder builder;
    private final TraceEvents sink = new Sink();
    private long disagreeing;

    private FoldAndCheck(TraceReader trace) {
        builder = new StateBuilder(trace.header());
    }

    /**
     * What came of it.
     *
     * @param events how many were folded
     * @param disagreeing how many fills among them are not for sure what a walk, or the second level, gives
     */
    public record Result(long events, long disagreeing) {}

    /** Folds and checks the events that a trace has left. */
    public static Result of(TraceReader trace) {
        FoldAndCheck fold = new FoldAndCheck(trace);
        trace.readAll(fold.sink);
        return new Result(fold.builder.state().events(), fold.disagreeing);
    }

    private final class Sink extends FillsInRuns {
        @Override
        public void tlbFilled(TlbFills fills) {
            for (int at = 0; at < fills.count(); at++) {
                at = builder.foldAsWalked(fills, at, fills.count());
                if (at < fills.count()) {
                    disagreeing++;
                    fills.tell(at, builder);
                }
            }
        }

        @Override
        protected void other(int id, long tick, long[] fields, String text) {
            EventDispatch.dispatch(id, tick, fields, text, builder);
        }
    }
}

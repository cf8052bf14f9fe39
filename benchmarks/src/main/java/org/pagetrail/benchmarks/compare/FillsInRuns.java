package org.pagetrail.benchmarks.compare;

import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;

/** Hears all fills in runs: one that is told by itself is a run of one. */
abstract class FillsInRuns extends FlatEvents {
    private final TlbFills one = new TlbFills(1);

    @Override
    public abstract void tlbFilled(TlbFills fills);

    @Override
    protected final void event(int id, long tick, long[] fields, int count, String text) {
        if (id == EventId.TLB_FILLED && TlbFills.fits(fields)) {
            one.clear();
            one.add(tick, fields);
            tlbFilled(one);
        } else {
            other(id, tick, fields, text);
        }
    }

    /**
     * Any other event, and a fill that fits no run; nothing is done with it unless told otherwise.
     *
     * @param id the event's number, one of {@link EventId}
     * @param tick model cycles
     * @param fields the fields in declared order; valid only during the call
     * @param text the text of {@code symbol-defined}, else null
     */
    protected void other(int id, long tick, long[] fields, String text) {}
}

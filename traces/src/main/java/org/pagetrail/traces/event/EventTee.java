package org.pagetrail.traces.event;

/** Tells every event to two others, in order; a run of fills whole to the one, then whole to the other. */
public final class EventTee extends FlatEvents {
    private final TraceEvents first;
    private final TraceEvents second;

    /** To {@code first}, then to {@code second}. */
    public EventTee(TraceEvents first, TraceEvents second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public void tlbFilled(TlbFills fills) {
        first.tlbFilled(fills);
        second.tlbFilled(fills);
    }

    @Override
    public int longestRun() {
        int one = first.longestRun();
        int other = second.longestRun();
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        EventDispatch.dispatch(id, tick, fields, text, first);
        EventDispatch.dispatch(id, tick, fields, text, second);
    }
}

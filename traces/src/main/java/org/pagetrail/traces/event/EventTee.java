package org.pagetrail.traces.event;

/** Tells every event to two others, in order. */
public final class EventTee extends FlatEvents {
    private final TraceEvents first;
    private final TraceEvents second;

    /** To {@code first}, then to {@code second}. */
    public EventTee(TraceEvents first, TraceEvents second) {
        this.first = first;
        this.second = second;
    }

    @Override
    protected void event(int id, long tick, long[] fields, int count, String text) {
        EventDispatch.dispatch(id, tick, fields, text, first);
        EventDispatch.dispatch(id, tick, fields, text, second);
    }
}

package org.pagetrail.traces.event;

/**
 * A trace that is read as far as it is whole, by somebody who asked for that: damage ends it, and {@link #ending} says so.
 *
 * <p>What is told is always the beginning of what was recorded. A trace whose header cannot be read has no beginning, so none can
 * be made of it.
 */
public final class PartialTrace implements TraceReader {
    private final TraceReader trace;
    private TraceException damage;

    /** Of a trace of which no event was read yet; closed with this. */
    public PartialTrace(TraceReader trace) {
        this.trace = trace;
    }

    @Override
    public TraceHeader header() {
        return trace.header();
    }

    @Override
    public boolean next(TraceEvents out) {
        if (damage != null) {
            return false;
        }
        try {
            return trace.next(out);
        } catch (TraceException e) {
            damage = e;
            return false;
        }
    }

    @Override
    public void readAll(TraceEvents out) {
        if (damage == null) {
            try {
                trace.readAll(out);
            } catch (TraceException e) {
                damage = e;
            }
        }
    }

    @Override
    public int writtenFormat() {
        return trace.writtenFormat();
    }

    @Override
    public long ordinal() {
        return trace.ordinal();
    }

    @Override
    public TraceClosing closing() {
        return ending() == TraceEnding.DAMAGED ? null : trace.closing();
    }

    @Override
    public TraceEnding ending() {
        return damage == null ? trace.ending() : TraceEnding.DAMAGED;
    }

    @Override
    public boolean partIsEnough() {
        return true;
    }

    /** What ended it, null while nothing did. */
    public TraceException damage() {
        return damage;
    }

    @Override
    public void close() {
        trace.close();
    }
}

package org.pagetrail.analyzer.rule.trace;

import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceClosing;

/** TRC001: the trace tells one story, to its end. */
public final class WholeTrace extends Rule {
    private final long[] counts = new long[EventId.LIMIT];
    private long events;
    private long contradictions;
    private long lastTick;
    private boolean stopped;

    /** For one trace. */
    public WholeTrace() {
        super(new Invariant(
                "TRC001",
                Severity.ERROR,
                "Each event's ordinal is the one before's plus one, its tick no less, and what it says was there is what those before it"
                        + " left; the closing record counts as many of each kind.",
                "A trace from which events are missing, or in which they were changed, proves nothing.",
                "docs/format.md",
                "always"));
    }

    @Override
    protected void eventTold() {
        counts[scene().eventId()]++;
        events++;
        if (scene().tick() < lastTick) {
            violated().report("ticks that do not go back", "a tick before that of the last event");
        }
        lastTick = scene().tick();
        if (scene().state().contradictions() != contradictions) {
            contradictions = scene().state().contradictions();
            violated().report("what the events before it left", "an event that says otherwise of what was before it");
        }
        if (stopped) {
            violated().report("nothing after the machine stopped", "an event");
        }
        stopped = scene().state().stopped() != null;
    }

    @Override
    protected int firstToTell(TlbFills fills, int from, int to) {
        return stopped ? from : to;
    }

    @Override
    protected void filledPlainly(int count) {
        counts[EventId.TLB_FILLED] += count;
        events += count;
        lastTick = scene().tick();
    }

    @Override
    protected void traceEnded(TraceClosing closing) {
        boolean agree = closing.events() == events && closing.lastTick() == lastTick;
        for (int id = 0; id < counts.length; id++) {
            agree &= closing.counts().getOrDefault(id, 0L) == counts[id];
        }
        if (!agree) {
            violated()
                    .because(null)
                    .report(
                            "the closing record agrees with the events",
                            "it says " + closing.events() + " events to tick " + closing.lastTick() + ", there are "
                                    + events + " to tick " + lastTick);
        }
    }
}

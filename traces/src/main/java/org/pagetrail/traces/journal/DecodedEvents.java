package org.pagetrail.traces.journal;

import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.FlatEvents;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.event.TraceEvents;

/** A part of a block, decoded: some events of any kind, then a run of fills. Made once and used again and again. */
final class DecodedEvents {
    /** The longest run: few enough fills that some dozens of these stay in a processor's cache. */
    static final int LONGEST_RUN = 256;

    /** The most events before the run. */
    private static final int CAPACITY = 128;

    /** Each event's number, then its tick, then its fields. */
    private static final int WORDS = 2 + FlatEvents.MAX_FIELDS;

    private final long[] events = new long[CAPACITY * WORDS];
    private final String[] texts = new String[CAPACITY];
    private final TlbFills run = new TlbFills(LONGEST_RUN);
    private final long[] fields = new long[FlatEvents.MAX_FIELDS];
    private int count;

    /** How many more events there is room for before the run. */
    int room() {
        return CAPACITY - count;
    }

    /** How many events come before the run. */
    int count() {
        return count;
    }

    /** The run, empty when there is none. */
    TlbFills run() {
        return run;
    }

    /** Takes everything away. */
    void clear() {
        count = 0;
        run.clear();
    }

    /** Adds an event before the run. */
    void add(int id, long tick, long[] of, String text) {
        int at = count * WORDS;
        events[at] = id;
        events[at + 1] = tick;
        System.arraycopy(of, 0, events, at + 2, FlatEvents.MAX_FIELDS);
        texts[count++] = text;
    }

    /** Makes events before it of the run, which then is empty. There must be {@linkplain #room room}. */
    void addRun() {
        long[] words = run.words();
        for (int i = 0; i < run.count(); i++) {
            int at = count * WORDS;
            events[at] = EventId.TLB_FILLED;
            events[at + 1] = words[i * TlbFills.WORDS];
            BlockFormat.toFields(words, i * TlbFills.WORDS, events, at + 2);
            texts[count++] = null;
        }
        run.clear();
    }

    /** The number of an event before the run. */
    int id(int index) {
        return (int) events[index * WORDS];
    }

    /** Its tick. */
    long tick(int index) {
        return events[index * WORDS + 1];
    }

    /** Tells it. */
    void tell(int index, TraceEvents out) {
        System.arraycopy(events, index * WORDS + 2, fields, 0, fields.length);
        EventDispatch.dispatch(id(index), tick(index), fields, texts[index], out);
    }
}

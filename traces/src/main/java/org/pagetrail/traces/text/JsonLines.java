package org.pagetrail.traces.text;

/**
 * The form of the portable trace that its reader and its writer share beside the catalog of events.
 *
 * <pre>
 *   {"trace":"pagetrail","format":1,...}                                        first line: the header
 *   {"ordinal":0,"tick":0,"event":"symbol-defined","id":0,"text":"B1"}          one line an event
 *   {"ordinal":1,"tick":0,"event":"phase-began","symbol":"B1"}
 *   {"trace":"end","events":2,"lastTick":0,"digest":"...","counts":{...}}       last line of a complete trace
 * </pre>
 *
 * <p>Lines end with LF. Canonical, and so what the writer writes: no space between tokens, keys in this order, an
 * event's fields in declared order, hexadecimal numbers in lower case with at least eight digits and no more than
 * needed.
 */
final class JsonLines {
    /** The key that tells header and closing line from an event. */
    static final String TRACE = "trace";

    /** The value of {@link #TRACE} in the closing line. */
    static final String END = "end";

    static final String EVENTS = "events";
    static final String LAST_TICK = "lastTick";
    static final String DIGEST = "digest";
    static final String COUNTS = "counts";

    /** In the closing line of a trace that a repair closed: true. */
    static final String TRUNCATED = "truncated";

    static final String ORDINAL = "ordinal";
    static final String TICK = "tick";
    static final String EVENT = "event";

    /** The key of the text of {@code symbol-defined}. */
    static final String TEXT = "text";

    /** The key of a header or closing line that says that the lines between are an excerpt of a trace. */
    static final String EXCERPT = "excerpt";

    /** Pages and frames are told by number and written by their first address. */
    static final int PAGE_SHIFT = 12;

    /** The largest page or frame number whose first address fits in 64 bits. */
    static final long LAST_PAGE = -1L >>> PAGE_SHIFT;

    private JsonLines() {}
}

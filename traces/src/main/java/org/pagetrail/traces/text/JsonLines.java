package org.pagetrail.traces.text;

/** What the reader and the writer of the portable trace agree on beside the catalog. */
final class JsonLines {
    /** The value of {@code trace} in the closing line. */
    static final String END = "end";

    /** The key of the text of {@code symbol-defined}. */
    static final String TEXT = "text";

    /** Pages and frames are told by number and written by their first address. */
    static final int PAGE_SHIFT = 12;

    private JsonLines() {}
}

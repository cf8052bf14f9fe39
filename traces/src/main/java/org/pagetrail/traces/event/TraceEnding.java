package org.pagetrail.traces.event;

import java.util.Locale;

/**
 * How a trace ends, and so how much of its recording it holds.
 *
 * <p>Only {@link #COMPLETE} is the whole of a recording. Of the others the events up to the end are what was recorded, and nothing can
 * be said of what came after.
 */
public enum TraceEnding {
    /** With a closing record that agrees with the events. */
    COMPLETE("complete", "its recording ended properly"),

    /** With a closing record that a repair wrote: it agrees with the events, but others followed or may have. */
    TRUNCATED("truncated", "a repair closed it where its recording was cut off"),

    /** Not at all yet: somebody is recording into it. */
    OPEN("open", "it is still being recorded"),

    /** Without a closing record: its recording was killed, or failed. */
    INCOMPLETE("incomplete", "its recording did not end properly"),

    /** With something that no recording wrote. */
    DAMAGED("damaged", "what follows is not what was recorded");

    private final String word;
    private final String reason;

    TraceEnding(String word, String reason) {
        this.word = word;
        this.reason = reason;
    }

    /** What such a trace is. */
    public String word() {
        return word;
    }

    /** Why it is so, as a clause. */
    public String reason() {
        return reason;
    }

    /**
     * What a result has to say of it, as a sentence; an empty text for {@link #COMPLETE}.
     *
     * @param trace what the trace is called at the sentence's beginning, as "The trace"
     * @param events how many the trace holds
     * @param done what was done with them, as "judged"
     */
    public String note(String trace, long events, String done) {
        return this == COMPLETE
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%s is %s: %s; only its first %,d events were %s.",
                        trace,
                        word,
                        reason,
                        events,
                        done);
    }
}

package org.pagetrail.replay.timeline;

/** A point in a trace: after an event, after a phase, or at the end. */
public sealed interface At {
    /** Directly after the event of this ordinal, from 0. */
    record Ordinal(long ordinal) implements At {}

    /** Directly after the last end of the phase of this name. */
    record Phase(String name) implements At {}

    /** After the last event that can be read. */
    record End() implements At {}

    /**
     * The point that {@code N}, {@code end} or {@code phase:NAME} means.
     *
     * @throws TimelineException when the text is none of these
     */
    static At parse(String text) {
        if (text.equals("end")) {
            return new End();
        }
        if (text.startsWith("phase:") && text.length() > "phase:".length()) {
            return new Phase(text.substring("phase:".length()));
        }
        String digits = text.replace(",", "");
        if (digits.matches("[0-9]{1,18}")) {
            return new Ordinal(Long.parseLong(digits));
        }
        throw new TimelineException(
                "'" + text + "' is no point in a trace; give an event's ordinal from 0, 'end', or 'phase:NAME'");
    }
}

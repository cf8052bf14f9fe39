package org.pagetrail.analyzer.rule;

/**
 * One way in which an invariant does not hold, with the evidence.
 *
 * <p>The same defect seen again is the same violation: {@code count} says how often. Neighbouring pages with the same defect, seen
 * at the same event, are one violation as well, which {@code bytes} spans.
 *
 * @param invariant what does not hold
 * @param ordinal the event at which that was first seen
 * @param tick the tick of that event, in model cycles
 * @param phase the phase in which it happened, or null outside of any
 * @param directory the frame of the directory of the address space it happened in, or {@link #NONE}
 * @param linear the first linear address that it is about, or {@link #NONE}
 * @param bytes how many bytes from there, 0 when it is about the one address
 * @param region the plan's region that the first address lies in, or null
 * @param expected what should have been found
 * @param found what was found
 * @param cause the event that brought it about, or null when no single event did
 * @param missing what should have been done in between, as the flush that would have made a translation fresh; or null
 * @param count how often it was seen, from 1
 */
public record Violation(
        Invariant invariant,
        long ordinal,
        long tick,
        String phase,
        long directory,
        long linear,
        long bytes,
        String region,
        String expected,
        String found,
        Cause cause,
        String missing,
        long count) {
    /** No address, no frame. */
    public static final long NONE = -1;

    /**
     * The event that brought a violation about.
     *
     * @param ordinal its position in the trace
     * @param event its name, as {@code page-unmapped}
     */
    public record Cause(long ordinal, String event) {}
}

package org.pagetrail.replay.state;

/**
 * Neighbouring page frames of one use.
 *
 * @param first the first frame
 * @param count how many
 * @param use what they are for; null for free ones
 */
public record FrameRun(long first, long count, String use) {
    /** The first frame behind the run. */
    public long end() {
        return first + count;
    }
}

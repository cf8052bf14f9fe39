package org.pagetrail.traces.journal;

/** Format 3 tells the second half of a block's events without the first; header and events mean what they meant. */
final class FormatTwoToThree implements FormatStep {
    @Override
    public int from() {
        return 2;
    }
}

package org.pagetrail.traces.journal;

/** Format 2 writes fills in blocks in a shorter form; header and events mean what they meant. */
final class FormatOneToTwo implements FormatStep {
    @Override
    public int from() {
        return 1;
    }
}

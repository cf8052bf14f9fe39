package org.pagetrail.recorder.workload;

/** Accesses one after the other. */
final class SequentialAccesses extends RangedAccesses {
    private final long last;
    private final long step;
    private long offset;

    SequentialAccesses(AddressRange range, long step, AccessMix mix, long seed) {
        super(range, mix, seed);
        if (step < 1 || step > range.bytes()) {
            throw new IllegalArgumentException(
                    "a step of " + step + " bytes is not 1 to the " + range.bytes() + " of the range");
        }
        this.last = range.bytes() - mix.size();
        this.step = step;
    }

    @Override
    long nextOffset() {
        long at = offset;
        offset = at + step <= last ? at + step : 0;
        return at;
    }
}

package org.pagetrail.recorder.workload;

/** Accesses anywhere, all alike. */
final class UniformAccesses extends RangedAccesses {
    private final long parts;

    UniformAccesses(AddressRange range, AccessMix mix, long seed) {
        super(range, mix, seed);
        parts = range.bytes() / mix.size();
    }

    @Override
    long nextOffset() {
        return places.below(parts) * size();
    }
}

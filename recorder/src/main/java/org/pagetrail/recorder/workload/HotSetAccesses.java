package org.pagetrail.recorder.workload;

/** Accesses to a hot part, and to the cold rest. */
final class HotSetAccesses extends RangedAccesses {
    private final long hotOdds;
    private final long hotParts;
    private final long coldOffset;
    private final long coldParts;

    HotSetAccesses(AddressRange range, Distribution.HotSet hotSet, AccessMix mix, long seed) {
        super(range, mix, seed);
        hotOdds = SplitMix64.odds(hotSet.share());
        hotParts = hotSet.bytes() / mix.size();
        coldOffset = hotSet.bytes();
        coldParts = (range.bytes() - hotSet.bytes()) / mix.size();
        if (hotParts < 1 || hotSet.bytes() >= range.bytes() || coldParts < 1) {
            throw new IllegalArgumentException(
                    "a hot part of " + hotSet.bytes() + " bytes leaves no room for accesses of " + mix.size()
                            + " both in and behind it, in a range of " + range.bytes());
        }
    }

    @Override
    long nextOffset() {
        if (places.chance(hotOdds)) {
            return places.below(hotParts) * size();
        }
        return coldOffset + places.below(coldParts) * size();
    }
}

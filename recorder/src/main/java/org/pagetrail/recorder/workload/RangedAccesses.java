package org.pagetrail.recorder.workload;

/** What all patterns have: a range, accesses of one size, and a share of writes. */
abstract class RangedAccesses implements AccessPattern {
    private static final long NEVER = SplitMix64.odds(0);
    private static final long ALWAYS = SplitMix64.odds(1);

    /** The first byte of the range. */
    final int first;

    /** Where random addresses come from. */
    final SplitMix64 places;

    private final int size;
    private final SplitMix64 writes;
    private final long writeOdds;
    private boolean write;

    RangedAccesses(AddressRange range, AccessMix mix, long seed) {
        if (mix.size() > range.bytes()) {
            throw new IllegalArgumentException(
                    "an access of " + mix.size() + " bytes does not fit into a range of " + range.bytes());
        }
        first = (int) range.first();
        size = mix.size();
        writeOdds = SplitMix64.odds(mix.writes());
        write = writeOdds == ALWAYS;
        SplitMix64 seeds = new SplitMix64(seed);
        places = seeds.split();
        writes = seeds.split();
    }

    /** How far behind the first byte of the range the next access begins. */
    abstract long nextOffset();

    @Override
    public final int next() {
        if (writeOdds != NEVER && writeOdds != ALWAYS) {
            write = writes.chance(writeOdds);
        }
        return first + (int) nextOffset();
    }

    @Override
    public final boolean write() {
        return write;
    }

    @Override
    public final int size() {
        return size;
    }
}

package org.pagetrail.recorder.workload;

/** Accesses column by column. */
final class StridedAccesses extends RangedAccesses {
    private final long last;
    private final long stride;
    private final boolean down;
    private long column;
    private long offset;

    StridedAccesses(AddressRange range, long stride, AccessMix mix, long seed) {
        super(range, mix, seed);
        if (stride == 0 || stride > range.bytes() || stride < -range.bytes()) {
            throw new IllegalArgumentException(
                    "a stride of " + stride + " bytes is not 1 to the " + range.bytes() + " of the range, up or down");
        }
        this.last = (range.bytes() / mix.size() - 1) * mix.size();
        this.stride = Math.abs(stride);
        this.down = stride < 0;
    }

    @Override
    long nextOffset() {
        long at = offset;
        offset = at + stride;
        if (offset > last) {
            column += size();
            if (column >= stride || column > last) {
                column = 0;
            }
            offset = column;
        }
        return down ? last - at : at;
    }
}

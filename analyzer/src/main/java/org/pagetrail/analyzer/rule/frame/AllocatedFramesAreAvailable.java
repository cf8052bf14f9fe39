package org.pagetrail.analyzer.rule.frame;

import java.util.List;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.replay.state.MemoryRegion;
import org.pagetrail.traces.event.MemoryType;

/** FRM007: only memory is given out. */
public final class AllocatedFramesAreAvailable extends FrameRunRule {
    /** For one trace. */
    public AllocatedFramesAreAvailable() {
        super(new Invariant(
                "FRM007",
                Severity.ERROR,
                "Allocated frames lie whole in regions that the firmware reported as available.",
                "Elsewhere are holes, which keep nothing, and the firmware's own tables and devices, which writes break.",
                "firmware's memory map",
                "always"));
    }

    @Override
    protected void framesAllocating(long first, long count, String use) {
        runs(first, count, frame -> !available(frame), (run, frames) -> violated()
                .report("frames of available memory", frames(run, frames) + " outside of it"));
    }

    private boolean available(long frame) {
        int shift = scene().mode().shift(1);
        long begin = frame << shift;
        long end = frame + 1 << shift;
        List<MemoryRegion> regions = scene().state().memoryRegions();
        boolean inside = false;
        for (MemoryRegion region : regions) {
            long last = region.physical() + region.size();
            if (region.type() != MemoryType.AVAILABLE && region.physical() < end && begin < last) {
                return false;
            }
            inside |= region.type() == MemoryType.AVAILABLE && region.physical() <= begin && end <= last;
        }
        return inside;
    }
}

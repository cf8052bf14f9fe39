package org.pagetrail.analyzer.hotspot;

import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.replay.state.TranslationCache;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceHeader;

/**
 * The TLBs replayed, to know which first writes to a clean page had it from the second level.
 *
 * <p>Such a write pays for the second level and then walks, and is counted as a walk. What tells it from a write that found the page
 * clean in the first level is only which of the two levels holds the page.
 */
final class SecondLevelReplay {
    private final StateBuilder builder;
    private final int largeShift;

    SecondLevelReplay(TraceHeader header, int largeShift) {
        this.builder = new StateBuilder(header);
        this.largeShift = largeShift;
    }

    /** Takes over an event, when it is of a kind that changes TLBs. */
    void fold(int id, long tick, long[] fields) {
        switch (id) {
            case EventId.CONTROL_REGISTER_WRITTEN, EventId.TLB_FILLED, EventId.TLB_INVALIDATED, EventId.TLB_FLUSHED ->
                EventDispatch.dispatch(id, tick, fields, null, builder);
            default -> {}
        }
    }

    /** Whether a write to the page would now find it in the second level only. */
    boolean serves(long page) {
        MachineState state = builder.state();
        return holds(state.tlb(Tlb.SECOND_LEVEL), page)
                && !holds(state.tlb(Tlb.DATA_4K), page)
                && !holds(state.tlb(Tlb.DATA_4M), page)
                && !holds(state.tlb(Tlb.UNIFIED), page);
    }

    private boolean holds(TranslationCache cache, long page) {
        if (cache == null || cache.size() == 0) {
            return false;
        }
        // In an array for 4 KB pages, a large page is there in fragments, each for its own page alone.
        boolean fragments = cache.tlb() == Tlb.DATA_4K || cache.tlb() == Tlb.UNIFIED;
        for (int set = 0; set < cache.sets(); set++) {
            for (int way = 0; way < cache.ways(); way++) {
                int shift = !fragments && cache.large(set, way) ? largeShift : 0;
                if (cache.valid(set, way) && cache.page(set, way) >>> shift == page >>> shift) {
                    return true;
                }
            }
        }
        return false;
    }
}

package org.pagetrail.analyzer.hotspot;

import org.pagetrail.replay.state.MachineState;
import org.pagetrail.replay.state.StateBuilder;
import org.pagetrail.replay.state.TranslationCache;
import org.pagetrail.traces.event.EventDispatch;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TraceHeader;

/**
 * As much of the state as attribution asks for: what frames are used for, and which first writes to a clean page had it from the
 * second level.
 *
 * <p>Such a write pays for the second level and then walks, and is counted as a walk. What tells it from a write that found the page
 * clean in the first level is only which of the two levels holds the page.
 */
final class Replay {
    private final StateBuilder builder;
    private final boolean paysForSecondLevel;
    private final int largeShift;

    /**
     * Before the first event.
     *
     * @param paysForSecondLevel whether {@link #serves} will matter
     */
    Replay(TraceHeader header, boolean paysForSecondLevel, int largeShift) {
        this.builder = new StateBuilder(header);
        this.paysForSecondLevel = paysForSecondLevel;
        this.largeShift = largeShift;
    }

    /** Takes over an event, when it is of a kind that counts here. */
    void fold(int id, long tick, long[] fields, String text) {
        boolean counts =
                switch (id) {
                    case EventId.SYMBOL_DEFINED,
                            EventId.FRAMES_ALLOCATED,
                            EventId.FRAMES_FREED,
                            EventId.FRAMES_LOCKED -> true;
                    case EventId.CONTROL_REGISTER_WRITTEN,
                            EventId.TLB_FILLED,
                            EventId.TLB_INVALIDATED,
                            EventId.TLB_FLUSHED -> paysForSecondLevel;
                    default -> false;
                };
        if (counts) {
            EventDispatch.dispatch(id, tick, fields, text, builder);
        }
    }

    /** What a symbol stands for. */
    String symbol(long id) {
        return builder.state().symbol((int) id);
    }

    /** What the frame is allocated or locked for, or an empty text. */
    String use(long frame) {
        String use = builder.state().frameUse(frame);
        return use == null ? "" : use;
    }

    /** Whether a write to the page would now find it in the second level only. */
    boolean serves(long page) {
        if (!paysForSecondLevel) {
            return false;
        }
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

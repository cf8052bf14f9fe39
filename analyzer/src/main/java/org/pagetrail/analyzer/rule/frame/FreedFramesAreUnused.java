package org.pagetrail.analyzer.rule.frame;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.replay.state.TranslationCache;
import org.pagetrail.replay.state.WalkCacheEntry;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.paging.PagingMode;

/** FRM006: nothing leads to a frame that is freed. */
public final class FreedFramesAreUnused extends Rule {
    private static final String EXPECTED = "nothing refers to a frame that is freed";
    private static final Tlb[] TLBS = Tlb.values();

    /** For one trace. */
    public FreedFramesAreUnused() {
        super(new Invariant(
                "FRM006",
                Severity.ERROR,
                "No frame is freed while an entry of an address space, a TLB or the cache of directory entries refers to it.",
                "Accesses through what is left reach the frame's next owner.",
                "SDM volume 3A, 4.10.4.2",
                "always; an identity map is left out, which owns nothing"));
    }

    @Override
    protected void framesFreeing(long first, long count) {
        PagingMode mode = scene().mode();
        for (long frame = first; frame < first + count; frame++) {
            long freed = frame;
            scene().owners().of(frame, (placement, slot, word) -> {
                long within = freed - mode.frame(word, placement.level(), scene().cr4()) << mode.shift(1);
                long linear = placement.base() + mode.offset(slot, placement.level()) + within;
                if (!scene().identity(linear, freed)) {
                    report(freed, "mapped", linear, placement.root());
                }
            });
            if (scene().state().isLive(frame)) {
                report(freed, "still a paging structure", Violation.NONE, Violation.NONE);
            }
        }
        for (Tlb tlb : TLBS) {
            TranslationCache cache = scene().state().tlb(tlb);
            if (cache != null && cache.size() != 0) {
                cached(cache, first, count);
            }
        }
        walkCache(first, count);
    }

    private void cached(TranslationCache cache, long first, long count) {
        PagingMode mode = scene().mode();
        long cr4 = scene().cr4();
        for (int set = 0; set < cache.sets(); set++) {
            for (int way = 0; way < cache.ways(); way++) {
                if (!cache.valid(set, way)) {
                    continue;
                }
                boolean large = cache.large(set, way);
                int level = large ? 2 : 1;
                long frame = mode.frame(large ? cache.pde(set, way) : cache.pte(set, way), level, cr4);
                long frames = 1L << mode.shift(level) - mode.shift(1);
                boolean leads = frame < first + count && first < frame + frames;
                if (leads && !scene().identity(cache.page(set, way) << mode.shift(1), frame)) {
                    String name = cache.tlb().name().toLowerCase(Locale.ROOT).replace('_', '-');
                    report(
                            Math.max(frame, first),
                            "in the TLB " + name,
                            cache.page(set, way) << mode.shift(1),
                            Violation.NONE);
                }
            }
        }
    }

    private void walkCache(long first, long count) {
        for (int set = 0; set < scene().state().walkCacheSets(); set++) {
            for (int way = 0; way < scene().state().walkCacheWays(); way++) {
                WalkCacheEntry entry = scene().state().walkCacheEntry(set, way);
                long frame = entry == null ? -1 : scene().mode().frame(entry.entry(), 2, scene().cr4());
                if (frame >= first && frame < first + count) {
                    report(frame, "in the cache of directory entries", entry.linear(), Violation.NONE);
                }
            }
        }
    }

    private void report(long frame, String where, long linear, long directory) {
        violated()
                .at(linear, linear == Violation.NONE ? 0 : 1L << scene().mode().shift(1))
                .in(directory)
                .report(
                        EXPECTED,
                        String.format(
                                Locale.ROOT,
                                "frame 0x%08x is %s",
                                frame << scene().mode().shift(1),
                                where));
    }
}

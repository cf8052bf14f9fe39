package org.pagetrail.analyzer.rule.frame;

import java.util.List;
import java.util.Locale;
import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Structures;
import org.pagetrail.replay.state.LoadedModule;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.plan.Region;

/**
 * FRM001: a frame has one owner.
 *
 * <p>What the plan declares is no second owner: the identity map of the boot, the window (which is derived, and never looked at
 * here), the same kernel page in several address spaces, modules, the temporary slot, and user pages whose frame the kernel has
 * said to be shared. Device memory has no owner.
 */
public final class OneOwner extends Rule {
    private List<String> aliases;

    /** For one trace. */
    public OneOwner() {
        super(new Invariant(
                "FRM001",
                Severity.ERROR,
                "No two pages map one frame, and no kernel page maps a paging structure, but for the aliases that the plan declares.",
                "Two owners overwrite each other's data; the one that frees the frame first leaves the other with memory of a third.",
                "plan: aliases",
                "always"));
    }

    private boolean declared(String alias) {
        if (aliases == null) {
            aliases = scene().plan().aliases();
        }
        return aliases.contains(alias);
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (page.derived()) {
            return;
        }
        long frames = page.bytes() >>> scene().mode().shift(1);
        if (frames == 1) {
            one(page, page.frame(), page.linear());
            return;
        }
        if (scene().identity(page.linear(), page.frame())) {
            return;
        }
        for (long i = 0; i < frames; i++) {
            one(page, page.frame() + i, page.linear() + (i << scene().mode().shift(1)));
        }
    }

    private void one(PageFact page, long frame, long linear) {
        if (single(linear, frame) || scene().device(frame)) {
            return;
        }
        if (!page.user() && scene().switched() && scene().state().isLive(frame) && !inImage(linear, frame)) {
            structure(frame, linear, page.directory());
        }
        scene().owners().of(frame, (placement, slot, word) -> {
            if (placement.frame() == page.table() && slot == page.slot()) {
                return;
            }
            long other = linear(placement, slot, word, frame);
            // That nobody can write what is shared is another invariant's matter: FRM010.
            boolean bothUser = page.user() && user(placement, word);
            if (other == linear && scene().kernel(linear) && declared("kernel")
                    || single(other, frame)
                    || bothUser && shared(frame)) {
                return;
            }
            violated()
                    .at(linear, 1L << scene().mode().shift(1))
                    .in(page.directory())
                    .because(scene().lastChange(page))
                    .report(
                            "a frame that no other page maps",
                            String.format(
                                    Locale.ROOT,
                                    "frame 0x%08x, which 0x%08x maps too",
                                    frame << scene().mode().shift(1),
                                    other));
        });
    }

    @Override
    protected void entryChanged(EntryFact entry) {
        // A frame that becomes a structure while a page maps it.
        if (!scene().switched() || entry.kindNow() != EntryKind.TABLE || entry.frameNow() == entry.frameWas()) {
            return;
        }
        long frame = entry.frameNow();
        scene().owners().of(frame, (placement, slot, word) -> {
            long linear = linear(placement, slot, word, frame);
            if (!user(placement, word) && !single(linear, frame) && !inImage(linear, frame)) {
                structure(frame, linear, placement.root());
            }
        });
    }

    private void structure(long frame, long linear, long directory) {
        violated()
                .at(linear, 1L << scene().mode().shift(1))
                .in(directory)
                .because(scene().lastChange(directory, linear))
                .report(
                        "a page that maps no paging structure",
                        String.format(
                                Locale.ROOT,
                                "frame 0x%08x, a paging structure",
                                frame << scene().mode().shift(1)));
    }

    private long linear(Structures.Placement placement, int slot, long word, long frame) {
        int level = placement.level();
        long first = scene().mode().frame(word, level, scene().cr4());
        return placement.base()
                + scene().mode().offset(slot, level)
                + (frame - first << scene().mode().shift(1));
    }

    private boolean user(Structures.Placement placement, long word) {
        return (placement.rights() & Rights.USER) != 0 && scene().mode().user(word);
    }

    /** Whether the page, whoever else maps its frame, is an alias that the plan declares. */
    private boolean single(long linear, long frame) {
        long page = linear & -(1L << scene().mode().shift(1));
        return scene().identity(linear, frame)
                // A window that shows another directory than its own is LAY005's.
                || scene().window(linear)
                || declared("temporary-slot") && page == scene().plan().temporarySlot()
                || declared("modules") && module(frame);
    }

    private boolean module(long frame) {
        long physical = frame << scene().mode().shift(1);
        for (LoadedModule module : scene().state().modules()) {
            long first = module.physical() & -(1L << scene().mode().shift(1));
            if (physical >= first && physical < module.physical() + module.size()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the page is the one at which the kernel's image region shows this frame. */
    private boolean inImage(long linear, long frame) {
        Region region = scene().plan().regionAt(linear);
        return region != null
                && region.image()
                && linear - region.first() >>> scene().mode().shift(1) == frame;
    }

    private boolean shared(long frame) {
        String use = scene().state().frameUse(frame);
        boolean said = scene().state().shareCount(frame) > 1;
        return said && (declared("copy-on-write") || declared("shared-library") || declared("read-only-text"))
                || "zero-page".equals(use) && declared("zero-page");
    }
}

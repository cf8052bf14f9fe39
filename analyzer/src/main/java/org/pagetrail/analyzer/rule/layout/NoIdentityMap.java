package org.pagetrail.analyzer.rule.layout;

import java.util.List;
import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Structures;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.paging.PagingMode;

/** LAY006: nothing of the boot's identity map outlives the switch. */
public final class NoIdentityMap extends Rule {
    private boolean changedSinceLooked = true;

    /** For one trace. */
    public NoIdentityMap() {
        super(new Invariant(
                "LAY006",
                Severity.ERROR,
                "Below kernel space there is no supervisor page and no 4 MB page, and in the first directory of the new structure, while"
                        + " it is loaded, no page at all.",
                "A low mapping that stays lets stray pointers of the kernel read and write memory instead of faulting, and takes the place"
                        + " of user pages.",
                "plan: S5, identity map dropped",
                "from the switch, unless the plan keeps the identity map"));
    }

    private boolean inForce() {
        return !scene().plan().identityKept();
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (!scene().judged(page) || scene().kernel(page.linear()) || !inForce()) {
            return;
        }
        if (page.level() > 1) {
            violated().at(page).report("no 4 MB page below kernel space", "a page of 4 MB");
        } else if (!page.user()) {
            violated().at(page).report("no supervisor page below kernel space", "a supervisor page");
        }
    }

    @Override
    protected void entryChanged(EntryFact entry) {
        if (scene().switched() && !scene().kernel(entry.linear()) && inFirst(entry.table())) {
            changedSinceLooked = true;
            if (scene().loadedDirectory() == scene().firstDirectory()) {
                look();
            }
        }
    }

    /** Whether the first directory has the structure. */
    private boolean inFirst(long table) {
        long first = scene().firstDirectory();
        if (first == Violation.NONE || table == first) {
            return first != Violation.NONE;
        }
        List<Structures.Placement> places = scene().structures().placements(table);
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).in(first)) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected void directoryLoaded(long directory) {
        if (scene().switched() && directory == scene().firstDirectory()) {
            look();
        }
    }

    private void look() {
        if (changedSinceLooked && inForce()) {
            changedSinceLooked = false;
            PagingMode mode = scene().mode();
            long directory = scene().firstDirectory();
            pages(directory, mode.levels(), 0, directory);
        }
    }

    private void pages(long table, int level, long base, long directory) {
        PagingMode mode = scene().mode();
        long cr4 = scene().cr4();
        scene().state().words(table, (slot, word) -> {
            long linear = base + mode.offset(slot, level);
            if (scene().kernel(linear)) {
                return;
            }
            switch (mode.kind(word, level, cr4)) {
                case ABSENT -> {}
                case TABLE -> pages(mode.frame(word, level, cr4), level - 1, linear, directory);
                case LEAF -> {
                    if (level == 1 && mode.user(word)) {
                        violated()
                                .at(linear, 1L << mode.shift(level))
                                .in(directory)
                                .because(scene().lastChange(directory, linear))
                                .report("no page below kernel space in the kernel's own directory", "a page");
                    }
                }
            }
        });
    }
}

package org.pagetrail.analyzer.rule.tlb;

import java.util.Locale;
import org.pagetrail.analyzer.rule.FillFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.replay.state.TranslationCache;
import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.event.TlbFills;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/** TLB004: a translation is made of the entries as they are. */
public final class FilledAsWalked extends Rule {
    private static final int DIRECTORY_LEVEL = 2;

    /** For one trace. */
    public FilledAsWalked() {
        super(new Invariant(
                "TLB004",
                Severity.ERROR,
                "A translation filled by a walk has the entries, rights, G and D that the paging structures have, with A set and D for a"
                        + " write; one filled from the second level equals the one there.",
                "A translation that no entry says is an error of the machine or of its recording.",
                "SDM volume 3A, 4.8 and 4.10.2",
                "always"));
    }

    /** What the state folds as walked needs no second look. */
    @Override
    protected int firstToTell(TlbFills fills, int from, int to) {
        return to;
    }

    @Override
    protected void filled(FillFact fill) {
        long directory = scene().loadedDirectory();
        if (directory == Violation.NONE) {
            report(fill, "no translations while paging is off", "a translation");
        } else if (fill.cause() == FillCause.SECOND_LEVEL) {
            fromSecondLevel(fill);
        } else {
            fromWalk(fill, directory);
        }
    }

    private void fromWalk(FillFact fill, long directory) {
        PagingMode mode = scene().mode();
        long cr4 = scene().cr4();
        long linear = fill.page() << mode.shift(1);
        long word = scene().state().word(directory, mode.slot(linear, DIRECTORY_LEVEL));
        long cached = scene().state().walkCacheWord(linear);
        // The cache of directory entries is looked up first, and holds what the walk has just read when it was not
        // there.
        long pde = cached != 0 && fill.pte() != 0 ? cached : word;
        if (fill.pde() != pde && !readTwice(fill, directory, pde)) {
            differs(fill, "directory entry", pde, fill.pde());
            return;
        }
        boolean large = mode.kind(pde, DIRECTORY_LEVEL, cr4) == EntryKind.LEAF && cached != pde;
        long pte = large ? 0 : scene().state().word(mode.frame(pde, DIRECTORY_LEVEL, cr4), mode.slot(linear, 1));
        if (fill.pte() != pte) {
            differs(fill, "table entry", pte, fill.pte());
            return;
        }
        if (!mode.accessed(pde) || !large && !mode.accessed(pte)) {
            report(fill, "A set in each entry of the walk", "A clear");
        }
        long leaf = large ? pde : pte;
        int rights = scene().state().rights(pde) & (large ? ~0 : scene().state().rights(pte));
        boolean global = mode.global(leaf) && mode.globalPagesEnabled(cr4);
        boolean dirty = mode.dirty(leaf);
        if (fill.rights() != rights || fill.global() != global || fill.dirty() != dirty) {
            report(fill, text(rights, dirty, global) + ", as the entries say", text(fill));
        } else if (fill.cause() == FillCause.DIRTY && !dirty) {
            report(fill, "D set by the walk of a write", "D clear");
        }
    }

    /** Whether one word is both entries of the walk, and its second reading has set D since the first. */
    private boolean readTwice(FillFact fill, long directory, long pde) {
        PagingMode mode = scene().mode();
        long linear = fill.page() << mode.shift(1);
        return mode.frame(pde, DIRECTORY_LEVEL, scene().cr4()) == directory
                && mode.slot(linear, 1) == mode.slot(linear, DIRECTORY_LEVEL)
                && ((fill.pde() ^ pde) & ~mode.markBits()) == 0;
    }

    private void fromSecondLevel(FillFact fill) {
        TranslationCache second = scene().state().tlb(Tlb.SECOND_LEVEL);
        String found = "a translation that it does not hold";
        int way = fill.secondLevelWay();
        if (second != null && way >= 0 && way < second.ways()) {
            PagingMode mode = scene().mode();
            boolean large = mode.kind(fill.pde(), DIRECTORY_LEVEL, scene().cr4()) == EntryKind.LEAF && fill.pte() == 0;
            int delta = mode.shift(DIRECTORY_LEVEL) - mode.shift(1);
            for (int shift : large ? new int[] {delta, 0} : new int[] {0}) {
                int set = (int) (fill.page() >>> shift) & second.sets() - 1;
                boolean holds = second.valid(set, way) && second.page(set, way) == fill.page() >>> shift << shift;
                if (holds && same(second, set, way, fill)) {
                    return;
                }
                found = holds ? text(fill) : found;
            }
        }
        report(fill, "the translation that the second level holds in way " + way, found);
    }

    private static boolean same(TranslationCache second, int set, int way, FillFact fill) {
        return second.pde(set, way) == fill.pde()
                && second.pte(set, way) == fill.pte()
                && second.rights(set, way) == fill.rights()
                && second.dirty(set, way) == fill.dirty()
                && second.global(set, way) == fill.global();
    }

    private void differs(FillFact fill, String what, long expected, long found) {
        report(
                fill,
                String.format(Locale.ROOT, "the %s 0x%08x", what, expected),
                String.format(Locale.ROOT, "the %s 0x%08x", what, found));
    }

    private static String text(FillFact fill) {
        return text(fill.rights(), fill.dirty(), fill.global());
    }

    private static String text(int rights, boolean dirty, boolean global) {
        return Rights.text(rights) + (dirty ? ", dirty" : "") + (global ? ", global" : "");
    }

    private void report(FillFact fill, String expected, String found) {
        violated()
                .at(fill.page() << scene().mode().shift(1), 1L << scene().mode().shift(1))
                .in(scene().loadedDirectory())
                .report(expected, found);
    }
}

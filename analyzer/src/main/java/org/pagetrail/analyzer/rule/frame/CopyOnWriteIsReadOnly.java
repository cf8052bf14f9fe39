package org.pagetrail.analyzer.rule.frame;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Owners;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Structures;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.paging.PagingMode;

/** FRM010: what several have, none of them can write. */
public final class CopyOnWriteIsReadOnly extends Rule {
    private static final String EXPECTED = "read-only while the frame has several users";

    private final Owners.Visitor writers = this::whoMaps;
    private long shared;
    private long users;

    /** For one trace. */
    public CopyOnWriteIsReadOnly() {
        super(new Invariant(
                "FRM010",
                Severity.ERROR,
                "While a frame has several users, no address space can write it from user mode.",
                "A process that writes what it shares changes the memory of the others.",
                "plan: alias copy-on-write",
                "always"));
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (!page.user() || !page.writable() || page.derived() || page.level() > 1) {
            return;
        }
        long references = scene().state().shareCount(page.frame());
        if (references > 1) {
            violated().at(page).report(EXPECTED, found(page.frame(), references));
        }
    }

    @Override
    protected void frameShared(long frame, long references) {
        if (references > 1) {
            shared = frame;
            users = references;
            scene().owners().of(frame, writers);
        }
    }

    private void whoMaps(Structures.Placement placement, int slot, long entry) {
        PagingMode mode = scene().mode();
        int both = placement.rights() & scene().state().rights(entry);
        if (placement.level() == 1 && (both & Rights.WRITE) != 0 && (both & Rights.USER) != 0) {
            long linear = placement.base() + mode.offset(slot, 1);
            violated().at(linear, 1L << mode.shift(1)).in(placement.root()).report(EXPECTED, found(shared, users));
        }
    }

    private String found(long frame, long references) {
        return String.format(
                Locale.ROOT,
                "writable, and frame 0x%08x has %d users",
                frame << scene().mode().shift(1),
                references);
    }
}

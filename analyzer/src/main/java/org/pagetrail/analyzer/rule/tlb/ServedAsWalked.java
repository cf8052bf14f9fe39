package org.pagetrail.analyzer.rule.tlb;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Mapping;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Scene;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.replay.state.TlbEntry;
import org.pagetrail.traces.event.AccessKind;
import org.pagetrail.traces.event.ControlRegister;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.event.Tlb;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/** TLB001: no access goes by a translation that is no longer true. */
public final class ServedAsWalked extends Rule {
    private static final int WRITE = AccessKind.WRITE.ordinal();
    private static final int FETCH = AccessKind.FETCH.ordinal();
    private static final int USER_MODE = 3;

    /** For one trace. */
    public ServedAsWalked() {
        super(new Invariant(
                "TLB001",
                Severity.ERROR,
                "No access is served by a cached translation that leads to another frame than a walk would, or allows what a walk would"
                        + " deny.",
                "It reads or writes memory that is somebody else's by now.",
                "SDM volume 3A, 4.10.4",
                "always"));
    }

    @Override
    protected void changedEntryUsed(Tlb tlb, int set, int way, long linear, int kind, int privilege) {
        if (scene().state().loadedDirectory().isEmpty()) {
            return;
        }
        long directory = scene().state().loadedDirectory().getAsLong();
        if (tlb == Tlb.WALK_CACHE) {
            directoryEntry(directory, linear);
            return;
        }
        TlbEntry entry = scene().state().tlbEntry(tlb, set, way);
        if (entry == null || !allows(entry.rights(), kind, privilege) || kind == WRITE && !entry.dirty()) {
            return;
        }
        Mapping walk = scene().mappingAtLast(directory, linear);
        long frame = frame(entry, linear);
        String expected = expected(walk, frame, kind, privilege);
        if (expected != null) {
            report(directory, linear, expected, served(entry, frame), cause(directory, linear, entry));
        }
    }

    /** What a walk would do, when that is not what the translation does; else null. */
    private String expected(Mapping walk, long frame, int kind, int privilege) {
        if (walk == null) {
            return "a page fault: the page is not mapped";
        }
        if (!allows(walk.rights(), kind, privilege)) {
            return "a page fault: the page is " + rights(walk.rights());
        }
        return walk.frame() == frame
                ? null
                : String.format(
                        Locale.ROOT,
                        "frame 0x%08x",
                        walk.frame() << scene().mode().shift(1));
    }

    private String served(TlbEntry entry, long frame) {
        return String.format(
                Locale.ROOT,
                "a translation to frame 0x%08x, %s",
                frame << scene().mode().shift(1),
                rights(entry.rights()));
    }

    private static String rights(int rights) {
        return ((rights & Rights.USER) != 0 ? "user, " : "supervisor, ")
                + ((rights & Rights.WRITE) != 0 ? "writable" : "read-only");
    }

    private long frame(TlbEntry entry, long linear) {
        PagingMode mode = scene().mode();
        int level = entry.large() ? 2 : 1;
        long first = mode.frame(entry.large() ? entry.pde() : entry.pte(), level, scene().cr4());
        return first + ((linear & (1L << mode.shift(level)) - 1) >>> mode.shift(1));
    }

    /** Whether rights of a page allow the access (SDM volume 3A, 4.6.1). SMAP is left out: EFLAGS.AC is not told. */
    private boolean allows(int rights, int kind, int privilege) {
        boolean user = (rights & Rights.USER) != 0;
        boolean writable = (rights & Rights.WRITE) != 0;
        if (privilege == USER_MODE) {
            return user && (kind != WRITE || writable);
        }
        if (kind == FETCH) {
            return !(user && scene().mode().supervisorFetchesPrevented(scene().cr4()));
        }
        return kind != WRITE
                || writable
                || !scene().mode().writeProtected(scene().state().register(ControlRegister.CR0));
    }

    private void directoryEntry(long directory, long linear) {
        PagingMode mode = scene().mode();
        long cached = scene().state().walkCacheWord(linear);
        int slot = mode.slot(linear, 2);
        long word = scene().state().word(directory, slot);
        boolean table = mode.kind(word, 2, scene().cr4()) == EntryKind.TABLE;
        boolean looser = mode.writable(cached) && !mode.writable(word) || mode.user(cached) && !mode.user(word);
        boolean other = table && mode.frame(word, 2, scene().cr4()) != mode.frame(cached, 2, scene().cr4());
        if (cached != 0 && (!table || looser || other)) {
            String expected = !table
                    ? "the directory's entry: no table"
                    : String.format(Locale.ROOT, "the directory's entry 0x%08x", word);
            report(
                    directory,
                    linear,
                    expected,
                    String.format(Locale.ROOT, "the cached entry 0x%08x", cached),
                    scene().lastChange(directory, slot));
        }
    }

    /** The last change on the way that a walk takes now, or on the way that the translation was made from. */
    private Violation.Cause cause(long directory, long linear, TlbEntry entry) {
        Violation.Cause now = scene().lastChange(directory, linear);
        if (entry.large()) {
            return now;
        }
        long table = scene().mode().frame(entry.pde(), 2, scene().cr4());
        return Scene.later(now, scene().lastChange(table, scene().mode().slot(linear, 1)));
    }

    private void report(long directory, long linear, String expected, String found, Violation.Cause cause) {
        String since = cause == null ? "" : String.format(Locale.ROOT, ", after event %,d", cause.ordinal());
        violated()
                .at(linear)
                .in(directory)
                .because(cause)
                .missing(String.format(Locale.ROOT, "INVLPG of 0x%08x, or a flush that covers it%s", linear, since))
                .report(expected, found);
    }
}

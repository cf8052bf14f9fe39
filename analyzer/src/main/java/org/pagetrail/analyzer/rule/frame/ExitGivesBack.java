package org.pagetrail.analyzer.rule.frame;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Owners;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Structures;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.replay.state.LongMap;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * FRM005: a process that ends leaves nothing behind and takes nothing along.
 *
 * <p>What it has is what its directory leads to below kernel space when its address space is retired: the tables, a user for each
 * page, and the directory. By the end of the process each must be given up, as often as the process had it, by being freed or by
 * losing a user. What it gave up before it retired its address space was not judged here.
 */
public final class ExitGivesBack extends Rule {
    /** A frame of a process that ends. */
    private static final class Owned {
        private final boolean structure;
        private final long linear;
        private long left;

        Owned(boolean structure, long linear) {
            this.structure = structure;
            this.linear = linear;
        }
    }

    /** A process that has no address space any more, and has not ended yet. */
    private static final class Leaving {
        private final long directory;
        private final LongMap<Owned> frames = new LongMap<>();

        Leaving(long directory) {
            this.directory = directory;
        }
    }

    private final LongMap<Leaving> byPid = new LongMap<>();

    /** The one whose address space was retired last: what is given back that nobody has is laid to its account. */
    private Leaving last;

    private final Owners.Visitor users = this::whoMaps;
    private boolean used;

    /** For one trace. */
    public ExitGivesBack() {
        super(new Invariant(
                "FRM005",
                Severity.ERROR,
                "A process that exits gives back each frame whose last user it was, its tables and its directory among them, drops one"
                        + " user of each that is shared, and gives back no other's.",
                "What it keeps nobody can ever have again; what it gives back of another's is given out while that still uses it.",
                "process lifecycle",
                "from the retirement of its address space to its end"));
    }

    @Override
    protected void spaceRetiring(long directory, long pid) {
        if (pid == 0 || scene().processes().process(pid) == null) {
            return;
        }
        last = new Leaving(directory);
        byPid.put(pid, last);
        owns(last, directory, true, Violation.NONE);
        structure(last, directory, scene().mode().levels(), 0);
    }

    private void owns(Leaving leaving, long frame, boolean structure, long linear) {
        if (!scene().state().isAllocated(frame)) {
            return;
        }
        Owned owned = leaving.frames.get(frame);
        if (owned == null) {
            owned = new Owned(structure, linear);
            leaving.frames.put(frame, owned);
        }
        owned.left += structure && owned.left != 0 ? 0 : 1;
    }

    private void structure(Leaving leaving, long table, int level, long base) {
        PagingMode mode = scene().mode();
        long cr4 = scene().cr4();
        scene().state().words(table, (slot, word) -> {
            long linear = base + mode.offset(slot, level);
            if (scene().kernel(linear)) {
                return;
            }
            long frame = mode.frame(word, level, cr4);
            if (mode.kind(word, level, cr4) == EntryKind.TABLE) {
                owns(leaving, frame, true, linear);
                structure(leaving, frame, level - 1, linear);
            } else if (level == 1) {
                owns(leaving, frame, false, linear);
            }
        });
    }

    // What it gives back

    @Override
    protected void framesFreeing(long first, long count) {
        if (last == null) {
            return;
        }
        for (long frame = first; frame < first + count; frame++) {
            long references = scene().state().shareCount(frame);
            if (references > 1) {
                report(
                        Violation.NONE,
                        "a user less of a frame that has several",
                        String.format(Locale.ROOT, "frame 0x%08x freed, which has %d", address(frame), references));
            }
            if (!dropped(frame) && another(frame)) {
                report(
                        Violation.NONE,
                        "only frames of the process that ends given back",
                        String.format(Locale.ROOT, "frame 0x%08x freed, which is another's", address(frame)));
            }
        }
    }

    @Override
    protected void frameUnsharing(long frame, long references) {
        if (last != null && !dropped(frame)) {
            report(
                    Violation.NONE,
                    "a user less of each frame that the process had, once for each of its pages",
                    String.format(Locale.ROOT, "frame 0x%08x losing a user that it was not", address(frame)));
        }
    }

    /** Whether a process that ends has the frame still to give up; then it has now. */
    private boolean dropped(long frame) {
        if (drop(last, frame)) {
            return true;
        }
        if (byPid.size() > 1) {
            for (long pid : byPid.sortedKeys()) {
                if (drop(byPid.get(pid), frame)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean drop(Leaving leaving, long frame) {
        Owned owned = leaving.frames.get(frame);
        if (owned == null || owned.left == 0) {
            return false;
        }
        owned.left--;
        return true;
    }

    /** Whether an address space has the frame as a user page or as a structure. */
    private boolean another(long frame) {
        used = scene().state().isLive(frame);
        if (!used) {
            scene().owners().of(frame, users);
        }
        return used;
    }

    private void whoMaps(Structures.Placement placement, int slot, long entry) {
        used |= (placement.rights() & scene().state().rights(entry) & Rights.USER) != 0;
    }

    @Override
    protected void processExiting(long pid) {
        Leaving leaving = byPid.remove(pid);
        if (leaving == null) {
            long directory = scene().processes().directory(pid);
            if (directory != Violation.NONE) {
                violated().in(directory).report("the address space of a process that ended retired", "it is still one");
            }
            return;
        }
        for (long frame : leaving.frames.sortedKeys()) {
            Owned owned = leaving.frames.get(frame);
            if (owned.left != 0) {
                report(
                        leaving.directory,
                        owned.linear,
                        "all that the process had given back",
                        String.format(
                                Locale.ROOT,
                                owned.structure
                                        ? "frame 0x%08x, a paging structure of its, not given back"
                                        : "frame 0x%08x of this page not given back",
                                address(frame)));
            }
        }
        long[] others = byPid.sortedKeys();
        last = others.length == 0 ? null : byPid.get(others[others.length - 1]);
    }

    private long address(long frame) {
        return frame << scene().mode().shift(1);
    }

    private void report(long linear, String expected, String found) {
        report(last.directory, linear, expected, found);
    }

    private void report(long directory, long linear, String expected, String found) {
        violated()
                .at(linear, linear == Violation.NONE ? 0 : 1L << scene().mode().shift(1))
                .in(directory)
                .report(expected, found);
    }
}

package org.pagetrail.analyzer.rule.layout;

import java.util.Locale;
import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Scene;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.replay.state.LongMap;
import org.pagetrail.traces.event.EntryCause;
import org.pagetrail.traces.event.Mode;
import org.pagetrail.traces.event.StopReason;
import org.pagetrail.traces.event.TraceClosing;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * LAY007: the kernel is the same in all address spaces.
 *
 * <p>All are compared with the first directory of the structure that stays, or, once that is retired, with one that was loaded
 * since. A directory is compared whole when it is loaded and when user mode is gone to, if an entry of any directory's kernel half
 * has changed since it last was.
 */
public final class KernelHalfAgrees extends Rule {
    /** By directory, how many changes there had been when it was last found to agree. */
    private final LongMap<long[]> compared = new LongMap<>();

    private long changes = 1;
    private long other = Violation.NONE;

    /** For one trace. */
    public KernelHalfAgrees() {
        super(
                new Invariant(
                        "LAY007",
                        Severity.ERROR,
                        "The directory entries of kernel space, but for the recursive slot, agree in P, R/W, U/S, PS and frame in every address"
                                + " space; where kernel tables are lazy, those that are there agree.",
                        "A kernel that has a page in one address space only faults on it, or finds other data there, after the next switch.",
                        "plan: kernel-tables",
                        "from the switch, the directory left by it excepted: of a directory that comes to be, of the loaded one, and at the end"));
    }

    private boolean kernelSlot(int slot) {
        PagingMode mode = scene().mode();
        return slot != scene().plan().recursiveSlot()
                && slot >= mode.slot(scene().plan().kernelFirst(), mode.levels());
    }

    /** The directory that all are compared with, {@link Violation#NONE} when there is none. */
    private long reference() {
        long first = scene().firstDirectory();
        if (first != Violation.NONE && scene().state().isRoot(first)) {
            return first;
        }
        boolean lives = other != Violation.NONE && scene().state().isRoot(other) && scene().judged(other);
        if (!lives) {
            other = scene().judged(scene().loadedDirectory()) ? scene().loadedDirectory() : Violation.NONE;
        }
        return other;
    }

    @Override
    protected void spaceRetiring(long directory, long pid) {
        compared.remove(directory);
    }

    @Override
    protected void entryChanged(EntryFact entry) {
        if (entry.level() != scene().mode().levels() || !scene().switched() || !kernelSlot(entry.slot())) {
            return;
        }
        changes++;
        boolean visible = entry.cause() == EntryCause.BECAME_LIVE || entry.table() == scene().loadedDirectory();
        if (visible && scene().judged(entry.table()) && entry.kindNow() != EntryKind.ABSENT) {
            long reference = reference();
            if (reference != Violation.NONE && scene().state().word(reference, entry.slot()) != 0) {
                compare(reference, entry.table(), entry.slot());
            }
        }
    }

    @Override
    protected void directoryLoaded(long directory) {
        compareAll(directory);
    }

    @Override
    protected void modeSwitched(Mode to) {
        if (to == Mode.USER && scene().loadedDirectory() != Violation.NONE) {
            compareAll(scene().loadedDirectory());
        }
    }

    @Override
    protected void traceEnded(TraceClosing closing) {
        if (!scene().switched() || scene().state().stopped() == StopReason.INTERRUPTED) {
            return;
        }
        for (long frame : scene().state().liveFrames()) {
            if (scene().state().isRoot(frame) && scene().everLoaded(frame)) {
                compareAll(frame);
            }
        }
    }

    private void compareAll(long directory) {
        long reference = scene().switched() ? reference() : Violation.NONE;
        if (reference == Violation.NONE || directory == reference || !scene().judged(directory)) {
            return;
        }
        long[] last = compared.get(directory);
        if (last == null) {
            last = new long[1];
            compared.put(directory, last);
        }
        if (last[0] != changes) {
            last[0] = changes;
            for (int slot = 0; slot < scene().mode().slots(); slot++) {
                if (kernelSlot(slot)) {
                    compare(reference, directory, slot);
                }
            }
        }
    }

    private void compare(long reference, long directory, int slot) {
        long expected = scene().state().word(reference, slot);
        long found = scene().state().word(directory, slot);
        if (expected == found) {
            return;
        }
        PagingMode mode = scene().mode();
        boolean lazy = scene().kernelTablesLazy()
                && !scene().plan().kernelTables().neverLazy().contains(slot);
        boolean same = found == 0
                ? lazy
                : expected != 0
                        && mode.kind(expected, mode.levels(), scene().cr4())
                                == mode.kind(found, mode.levels(), scene().cr4())
                        && frame(expected) == frame(found)
                        && mode.writable(expected) == mode.writable(found)
                        && mode.user(expected) == mode.user(found);
        if (!same) {
            report(reference, directory, slot, expected, found);
        }
    }

    private long frame(long word) {
        return scene().mode().frame(word, scene().mode().levels(), scene().cr4());
    }

    private void report(long reference, long directory, int slot, long expected, long found) {
        PagingMode mode = scene().mode();
        int top = mode.levels();
        Violation.Cause cause = Scene.later(scene().lastChange(directory, slot), scene().lastChange(reference, slot));
        violated()
                .at(mode.offset(slot, top), 1L << mode.shift(top))
                .in(directory)
                .because(cause == null ? scene().event() : cause)
                .report(text(expected) + ", as in the directory that all agree with", text(found));
    }

    private String text(long word) {
        PagingMode mode = scene().mode();
        if (word == 0) {
            return "an absent entry";
        }
        boolean table = mode.kind(word, mode.levels(), scene().cr4()) == EntryKind.TABLE;
        return String.format(
                Locale.ROOT,
                "%s 0x%08x, %s, %s",
                table ? "a table in frame" : "a large page of frame",
                frame(word) << mode.shift(1),
                mode.user(word) ? "user" : "supervisor",
                mode.writable(word) ? "writable" : "read-only");
    }
}

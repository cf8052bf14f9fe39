package org.pagetrail.analyzer.rule.layout;

import java.util.Locale;
import org.pagetrail.analyzer.rule.EntryFact;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/** LAY005: each directory shows itself. */
public final class RecursiveSlot extends Rule {
    /** For one trace. */
    public RecursiveSlot() {
        super(new Invariant(
                "LAY005",
                Severity.ERROR,
                "Each directory's recursive slot refers to the directory itself, supervisor and writable, and no entry that refers to a"
                        + " table has G.",
                "Through it the kernel edits all tables; in the window an entry of the directory is read as one of a table, where G, which"
                        + " the directory ignores, makes the window's page outlive the address space.",
                "plan: recursive slot; SDM volume 3A, 4.10.2.4",
                "from the switch, of a directory from its first load on"));
    }

    @Override
    protected void switched() {
        for (long frame : scene().state().liveFrames()) {
            if (scene().state().isRoot(frame) && scene().judged(frame)) {
                boolean loaded = scene().everLoaded(frame);
                scene().state().words(frame, (slot, word) -> global(frame, slot, word));
                if (loaded) {
                    itself(frame);
                }
            }
        }
    }

    @Override
    protected void directoryLoaded(long directory) {
        if (scene().judged(directory)) {
            itself(directory);
        }
    }

    @Override
    protected void entryChanged(EntryFact entry) {
        if (entry.level() != scene().mode().levels() || !scene().judged(entry.table())) {
            return;
        }
        global(entry.table(), entry.slot(), entry.now());
        if (entry.slot() == scene().plan().recursiveSlot() && scene().everLoaded(entry.table())) {
            itself(entry.table());
        }
    }

    private void global(long directory, int slot, long word) {
        PagingMode mode = scene().mode();
        int top = mode.levels();
        if (mode.kind(word, top, scene().cr4()) == EntryKind.TABLE && mode.global(word)) {
            violated()
                    .at(mode.offset(slot, top), 1L << mode.shift(top))
                    .in(directory)
                    .because(scene().lastChange(directory, slot))
                    .report("no G in an entry that refers to a table", "G is set");
        }
    }

    private void itself(long directory) {
        PagingMode mode = scene().mode();
        int top = mode.levels();
        int slot = scene().plan().recursiveSlot();
        long word = scene().state().word(directory, slot);
        String found = null;
        if (mode.kind(word, top, scene().cr4()) != EntryKind.TABLE) {
            found = word == 0 ? "an absent entry" : "a large page";
        } else if (mode.frame(word, top, scene().cr4()) != directory) {
            found = String.format(
                    Locale.ROOT, "a reference to frame 0x%08x", mode.frame(word, top, scene().cr4()) << mode.shift(1));
        } else if (mode.user(word)) {
            found = "a reference to itself for user mode";
        } else if (!mode.writable(word)) {
            found = "a read-only reference to itself";
        }
        if (found != null) {
            Violation.Cause cause = scene().lastChange(directory, slot);
            violated()
                    .at(mode.offset(slot, top), 1L << mode.shift(top))
                    .in(directory)
                    .because(cause == null ? scene().event() : cause)
                    .report("a supervisor, writable reference to the directory itself in slot " + slot, found);
        }
    }
}

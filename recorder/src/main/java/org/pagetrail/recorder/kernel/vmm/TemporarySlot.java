package org.pagetrail.recorder.kernel.vmm;

import java.util.ArrayDeque;
import java.util.Deque;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.KernelPanic;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * The page of the kernel heap region through which frames are reached that nothing maps: new tables, and the structures of address spaces
 * that are not loaded, which the recursive window cannot show.
 *
 * <p>Uses nest: a fault that needs the slot while it is in use puts back what it found.
 */
public final class TemporarySlot {
    private final KernelCore core;
    private final int linear;
    private final int entry;
    private final Deque<Integer> open = new ArrayDeque<>();

    /** The slot at a linear address whose table exists. */
    TemporarySlot(KernelCore core, int linear) {
        this.core = core;
        this.linear = linear;
        entry = core.layout().windowEntry(linear);
    }

    /** Shows a frame; {@link #close} must follow. Returns the linear address of its first byte. */
    public int open(int frame) {
        open.push(frame);
        show(frame, open.size() > 1);
        return linear;
    }

    /** Shows another frame instead of the one that was opened last. */
    public int reopen(int frame) {
        open.pop();
        open.push(frame);
        show(frame, true);
        return linear;
    }

    /** Shows again what was shown before, or nothing. */
    public void close() {
        open.pop();
        if (open.isEmpty()) {
            core.code().store(entry, 0);
            invalidate();
        } else {
            show(open.peek(), true);
        }
    }

    /** Whatever was open is given up: who used it was ended in the midst of it. */
    void abandon() {
        if (!open.isEmpty()) {
            open.clear();
            open.push(0);
            close();
        }
    }

    private void show(int frame, boolean used) {
        if (frame < 0) {
            throw new KernelPanic("no frame to show in the temporary slot");
        }
        core.code().store(entry, frame << LinearAddress.PAGE_SHIFT | Entries.PRESENT | Entries.WRITABLE);
        if (used) {
            invalidate();
        }
    }

    private void invalidate() {
        core.code().step();
        core.machine().invlpg(linear);
    }

    /** The word at a slot of the frame that is shown. */
    public int word(int slot) {
        return core.code().load(linear + slot * Integer.BYTES);
    }

    /** Writes the word at a slot of the frame that is shown. */
    public void word(int slot, int word) {
        core.code().store(linear + slot * Integer.BYTES, word);
    }

    /** Clears the frame that is shown. */
    public void clear() {
        core.code().step();
        core.machine().clearPage(linear);
    }
}

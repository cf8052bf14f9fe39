package org.pagetrail.recorder.kernel.process;

import org.pagetrail.recorder.kernel.Routine;

/** The kernel's copies from and to programs' memory: a bad address ends one with an error, not the kernel. */
final class UserCopies {
    private static final int WORD = Integer.BYTES;

    private final Parts parts;
    private final PageFaults faults;

    UserCopies(Parts parts, PageFaults faults) {
        this.parts = parts;
        this.faults = faults;
    }

    /** Writes a word to a program's memory; false when the address is bad. */
    boolean toUser(int linear, int word) {
        return toUser(linear, word, WORD);
    }

    /** Fills bytes of a program's memory with a word; false when an address is bad. */
    boolean toUser(int linear, int word, int bytes) {
        return guarded(
                Routine.COPY_TO_USER, linear, bytes, at -> parts.core().code().store(at, word));
    }

    /** Reads bytes of a program's memory; false when an address is bad. */
    boolean fromUser(int linear, int bytes) {
        return guarded(
                Routine.COPY_FROM_USER, linear, bytes, at -> parts.core().code().load(at));
    }

    private interface Word {
        void at(int linear);
    }

    private boolean guarded(Routine routine, int linear, int bytes, Word word) {
        // What is the kernel's is refused before it is touched: its pages are there, and the kernel may use them.
        int last = linear + bytes - 1;
        if (Integer.compareUnsigned(last, linear) < 0
                || Integer.compareUnsigned(last, parts.core().layout().kernelBase()) >= 0) {
            return false;
        }
        boolean[] good = {true};
        parts.core().routines().call(routine, () -> {
            parts.memory().allowUserAccess(true);
            faults.copying(true);
            try {
                for (int at = 0; at < bytes; at += WORD) {
                    word.at(linear + at);
                }
            } catch (FixedUp e) {
                good[0] = false;
            }
            faults.copying(false);
            parts.memory().allowUserAccess(false);
        });
        return good[0];
    }
}

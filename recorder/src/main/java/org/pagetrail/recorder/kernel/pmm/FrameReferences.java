package org.pagetrail.recorder.kernel.pmm;

import java.util.Locale;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.KernelPanic;
import org.pagetrail.recorder.kernel.Routine;

/** How many users each frame of programs' memory has: a word a frame, in the kernel's heap. */
public final class FrameReferences {
    private final KernelCore core;
    private final int counts;

    /**
     * The counts, all 0.
     *
     * @param counts the linear address of the words
     */
    public FrameReferences(KernelCore core, int counts) {
        this.core = core;
        this.counts = counts;
        for (int frame = 0; frame < core.frames().frames(); frame++) {
            core.code().store(at(frame), 0);
        }
    }

    private int at(int frame) {
        return counts + frame * Integer.BYTES;
    }

    /** Takes a frame for one user. */
    public int allocate(String use) {
        int frame = core.frames().allocate(use);
        core.code().store(at(frame), 1);
        return frame;
    }

    /** How many users a frame has. */
    public int count(int frame) {
        return core.code().load(at(frame));
    }

    /** Gives a frame one more user. */
    public void share(int frame) {
        core.routines().call(Routine.SHARE_FRAME, () -> {
            int now = count(frame) + 1;
            core.code().store(at(frame), now);
            core.events().frameShared(core.machine().now(), frame, now);
        });
    }

    /**
     * Takes a user from a frame; the last one's goes back.
     *
     * @throws KernelPanic when it has none
     */
    public void release(int frame, String use) {
        core.routines().call(Routine.FREE_FRAME, () -> {
            int now = count(frame) - 1;
            if (now < 0) {
                throw new KernelPanic(String.format(Locale.ROOT, "page frame 0x%05x has no user to lose", frame));
            }
            core.code().store(at(frame), now);
            if (now == 0) {
                core.frames().free(frame, use);
            } else {
                core.events().frameUnshared(core.machine().now(), frame, now);
            }
        });
    }
}

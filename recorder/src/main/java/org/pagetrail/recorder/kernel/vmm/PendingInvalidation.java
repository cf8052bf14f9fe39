package org.pagetrail.recorder.kernel.vmm;

import java.util.function.BooleanSupplier;

/**
 * An entry was removed, tightened or replaced, and what the TLBs hold of it is still to be dropped.
 *
 * <p>It must be consumed, by one of its methods: a call that ignores it does not compile. {@link VirtualMemory#expectNothingPending} finds what
 * was kept in a variable and forgotten.
 */
public final class PendingInvalidation {
    private final VirtualMemory memory;
    private final int linear;
    private final int frame;
    private final BooleanSupplier forgotten;
    private boolean consumed;

    PendingInvalidation(VirtualMemory memory, int linear, int frame, BooleanSupplier forgotten) {
        this.memory = memory;
        this.linear = linear;
        this.frame = frame;
        this.forgotten = forgotten;
        memory.pending(1);
    }

    /** The frame that the entry referred to. */
    public int frame() {
        return frame;
    }

    /** INVLPG, now. */
    public void invalidate() {
        consume();
        if (!forgotten.getAsBoolean()) {
            memory.invalidate(linear);
        }
    }

    /** A flush of all of the address space's translations is to follow before any of them is relied upon: {@link VirtualMemory#flush}. */
    public void leaveToFlush() {
        consume();
        memory.awaitFlush();
    }

    private void consume() {
        if (consumed) {
            throw new IllegalStateException("an invalidation is done twice");
        }
        consumed = true;
        memory.pending(-1);
    }
}

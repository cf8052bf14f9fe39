package org.pagetrail.recorder.kernel.heap;

import java.util.Locale;
import org.pagetrail.recorder.kernel.Defect;
import org.pagetrail.recorder.kernel.KernelCore;
import org.pagetrail.recorder.kernel.KernelPanic;
import org.pagetrail.recorder.kernel.Routine;
import org.pagetrail.recorder.kernel.pmm.OutOfFramesException;
import org.pagetrail.recorder.kernel.vmm.PendingInvalidation;
import org.pagetrail.recorder.kernel.vmm.VirtualMemory;
import org.pagetrail.traces.ia32.Entries;
import org.pagetrail.traces.ia32.LinearAddress;

/**
 * The kernel's heap: blocks one after another from its first page up, with a tag at both ends of each (Knuth, The Art of Computer Programming,
 * volume 1, 2.5, boundary tags). It maps more pages when no block is large enough, and gives pages back when its end is free.
 *
 * <pre>
 *   tag                  payload                 tag
 *  +------------------+----- ... --------------+------------------+
 *  | bytes      | used|                        | bytes      | used|   bytes of the whole block, a multiple of 8; bit 0: used
 *  +------------------+----- ... --------------+------------------+
 * </pre>
 */
public final class KernelHeap {
    /** The use of its frames. */
    public static final String KERNEL_HEAP = "kernel-heap";

    private static final int PAGE = LinearAddress.PAGE_BYTES;
    private static final int TAG = Integer.BYTES;
    private static final int SMALLEST = 16;
    private static final int USED = 1;

    /** It grows by at least so many bytes. */
    private static final int GROWTH = 4 * PAGE;

    /** It shrinks when so many bytes at its end are free. */
    private static final int SPARE = 8 * PAGE;

    private final KernelCore core;
    private final VirtualMemory memory;
    private final int first;
    private final int limit;
    private int end;
    private int rover;

    /**
     * A heap without a page.
     *
     * @param first linear address of its first page
     * @param limit the linear address after the last that it may have
     */
    public KernelHeap(KernelCore core, VirtualMemory memory, int first, int limit) {
        this.core = core;
        this.memory = memory;
        this.first = first;
        this.limit = limit;
        end = first;
        rover = first;
    }

    /** The linear address after its last page. */
    public int end() {
        return end;
    }

    /** The linear address of its first page. */
    public int first() {
        return first;
    }

    /**
     * A block of at least so many bytes.
     *
     * @return the linear address of its first byte, or 0 when no frame is left for it, or no room
     */
    public int allocate(int bytes) {
        int[] found = new int[1];
        core.routines().call(Routine.HEAP_ALLOCATE, () -> found[0] = take(size(bytes)));
        return found[0];
    }

    private static int size(int bytes) {
        if (bytes < 1) {
            throw new KernelPanic("a heap block of " + bytes + " bytes was asked for");
        }
        return Math.max(SMALLEST, bytes + 2 * TAG + 7 & -8);
    }

    private int take(int size) {
        int block = find(rover, end, size);
        if (block == 0) {
            block = find(first, rover, size);
        }
        if (block == 0) {
            block = grow(size);
        }
        if (block == 0) {
            return 0;
        }
        int whole = bytes(block);
        if (whole - size >= SMALLEST) {
            tag(block + size, whole - size, 0);
            tag(block, size, USED);
        } else {
            tag(block, whole, USED);
        }
        rover = block;
        return block + TAG;
    }

    /** The first free block that is large enough, from {@code from} to before {@code to}; 0 for none. */
    private int find(int from, int to, int size) {
        int block = from;
        while (Integer.compareUnsigned(block, to) < 0) {
            int tag = core.code().load(block);
            if ((tag & USED) == 0 && tag >= size) {
                return block;
            }
            block += tag & ~USED;
        }
        return 0;
    }

    private int bytes(int block) {
        return core.code().load(block) & ~USED;
    }

    private void tag(int block, int bytes, int used) {
        core.code().store(block, bytes | used);
        core.code().store(block + bytes - TAG, bytes | used);
    }

    /** Maps pages for a block of this size at the end; the block, or 0. */
    private int grow(int size) {
        int last = end == first ? USED : core.code().load(end - TAG);
        int block = (last & USED) == 0 ? end - last : end;
        int more = Math.max(GROWTH, size - (end - block) + PAGE - 1 & -PAGE);
        if (more <= 0 || Integer.compareUnsigned(limit - end, more) < 0) {
            return 0;
        }
        int was = end;
        try {
            while (end != was + more) {
                int frame = core.frames().allocate(KERNEL_HEAP);
                try {
                    memory.map(end, frame, memory.kernelPage());
                } catch (OutOfFramesException e) {
                    core.frames().free(frame, KERNEL_HEAP);
                    throw e;
                }
                spoil(end);
                end += PAGE;
            }
        } catch (OutOfFramesException e) {
            unmap(was);
            return 0;
        }
        tag(block, end - block, 0);
        return block;
    }

    private void spoil(int linear) {
        if (core.defects().strikes(Defect.USER_BIT_IN_KERNEL)) {
            int slot = LinearAddress.directorySlot(linear);
            memory.directoryEntry(slot, memory.directoryEntry(slot) | Entries.USER);
            memory.entry(linear, memory.entry(linear) | Entries.USER);
        }
    }

    private void unmap(int from) {
        while (end != from) {
            end -= PAGE;
            PendingInvalidation removed = memory.unmap(end);
            int frame = removed.frame();
            removed.invalidate();
            core.frames().free(frame, KERNEL_HEAP);
        }
    }

    /**
     * Gives a block back.
     *
     * @throws KernelPanic when none is in use there
     */
    public void free(int address) {
        core.routines().call(Routine.HEAP_FREE, () -> release(address - TAG));
    }

    private void release(int freed) {
        int block = freed;
        int tag = Integer.compareUnsigned(block, first) < 0 || Integer.compareUnsigned(block, end) >= 0
                ? 0
                : core.code().load(block);
        if ((tag & USED) == 0) {
            throw new KernelPanic(String.format(Locale.ROOT, "0x%08x is no heap block in use", freed + TAG));
        }
        int bytes = tag & ~USED;
        if (block + bytes != end) {
            int next = core.code().load(block + bytes);
            if ((next & USED) == 0) {
                bytes += next;
            }
        }
        if (block != first) {
            int before = core.code().load(block - TAG);
            if ((before & USED) == 0) {
                block -= before;
                bytes += before;
            }
        }
        tag(block, bytes, 0);
        if (Integer.compareUnsigned(rover, block) > 0 && Integer.compareUnsigned(rover, block + bytes) < 0) {
            rover = block;
        }
        if (block + bytes == end && bytes >= SPARE) {
            shrink(block);
        }
    }

    /** Gives back the whole pages of the free block at the end, but for one. */
    private void shrink(int block) {
        int keep = (block + SMALLEST + PAGE - 1 & -PAGE) + PAGE;
        unmap(keep);
        tag(block, end - block, 0);
    }
}

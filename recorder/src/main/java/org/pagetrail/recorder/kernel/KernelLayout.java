package org.pagetrail.recorder.kernel;

import java.util.List;

/**
 * The plan in the kernel's words: addresses as registers hold them.
 *
 * @param kernelBase first linear address of the kernel region
 * @param kernelPages pages of the kernel region, which map the first frames of memory
 * @param heapBase first linear address of the kernel heap
 * @param heapBytes its size
 * @param stackTop the linear address after the kernel's own stack
 * @param stackBytes how much of it the kernel maps at first
 * @param neverLazyTables directory slots whose tables exist from S5 on in any case
 * @param recursiveSlot the directory slot that refers to the directory
 * @param preallocate whether every kernel table exists from S5 on
 * @param keepIdentity whether the new structure of S5 has the boot mappings below the kernel
 * @param identityBytes how far from 0 linear and physical addresses agree before S5
 * @param globalPages whether kernel pages are global where the machine has PGE
 * @param bootMappings what B1 and B2 map
 */
public record KernelLayout(
        int kernelBase,
        int kernelPages,
        int heapBase,
        long heapBytes,
        int stackTop,
        int stackBytes,
        List<Integer> neverLazyTables,
        int recursiveSlot,
        boolean preallocate,
        boolean keepIdentity,
        long identityBytes,
        boolean globalPages,
        List<BootMapping> bootMappings) {
    /** A run of 4 MB pages that the step maps. */
    public record BootMapping(String step, int linear, int physical, long bytes) {}

    /** The directory slot of the kernel region. */
    public int kernelSlot() {
        return kernelBase >>> 22;
    }

    /** The linear address at which the page-table window shows the entry of a page. */
    public int windowEntry(int linear) {
        return (recursiveSlot << 22) + (linear >>> 12) * Integer.BYTES;
    }
}

package org.pagetrail.recorder.kernel.firmware;

import java.util.List;

/**
 * Where a boot loader has put things, beside the kernel's segments.
 *
 * @param information physical address of the multiboot information
 * @param informationBytes its contents, with all that it points to but the modules
 * @param bootData physical address of the pages that the kernel keeps for its own early data
 * @param modules in the order in which they were named
 */
public record BootLayout(long information, byte[] informationBytes, long bootData, List<PlacedModule> modules) {
    /** A module in memory. */
    public record PlacedModule(ModuleFile file, long physical) {
        /** The physical address after its last byte. */
        public long end() {
            return physical + file.size();
        }
    }
}

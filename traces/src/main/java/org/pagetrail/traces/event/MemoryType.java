package org.pagetrail.traces.event;

/** What the firmware says a range of physical memory is (the types of the multiboot and E820 maps). */
public enum MemoryType {
    /** RAM, free to use. */
    AVAILABLE,

    /** Not to be used. */
    RESERVED,

    /** Tables of the firmware; RAM once they were read. */
    ACPI_RECLAIMABLE,

    /** Memory of the firmware that must be kept. */
    ACPI_NVS,

    /** Defective RAM. */
    BAD
}

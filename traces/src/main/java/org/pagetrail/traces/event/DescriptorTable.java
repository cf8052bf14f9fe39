package org.pagetrail.traces.event;

/** The tables that the processor reads by itself, by linear address. */
public enum DescriptorTable {
    /** Global descriptor table. */
    GDT,

    /** Interrupt descriptor table. */
    IDT,

    /** Local descriptor table. */
    LDT,

    /** Task-state segment. */
    TSS
}

package org.pagetrail.recorder.machine;

/** The registers that paging and its events depend on, as plain fields: the processor's parts share them. */
final class Registers {
    int cr0;
    int cr2;
    int cr3;
    int cr4;
    int ip;
    int sp;
    int cpl;

    /** EFLAGS.AC, which lets a supervisor reach user pages in spite of CR4.SMAP. */
    boolean ac;
}

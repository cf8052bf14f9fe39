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

    /** Accesses that are being made together, null for none: the last fetch up to the one at hand is the instruction. */
    private long[] together;

    private int first;
    private int at;

    /** Accesses are made together from this one on. */
    void begin(long[] accesses, int from) {
        together = accesses;
        first = from;
        at = from;
    }

    /** Of those that are made together this one is at hand. */
    void at(int index) {
        at = index;
    }

    /**
     * The instruction pointer belongs to single accesses again.
     *
     * @param fetched whether there may have been fetches: else none is looked for
     */
    void end(boolean fetched) {
        if (fetched) {
            ip = instruction();
        }
        together = null;
    }

    /** The address of the instruction that makes the access at hand. */
    int instruction() {
        if (together != null) {
            for (int i = at; i >= first; i--) {
                if (Access.kind(together[i]) == Mmu.FETCH) {
                    return Access.linear(together[i]);
                }
            }
        }
        return ip;
    }
}

package org.pagetrail.analyzer.rule;

import org.pagetrail.traces.event.FillCause;
import org.pagetrail.traces.event.Tlb;

/** A TLB took a translation. One object is told again and again with other values: it is valid only while it is told. */
public final class FillFact {
    Tlb tlb;
    int secondLevelWay;
    long page;
    long pde;
    long pte;
    int rights;
    boolean dirty;
    boolean global;
    FillCause cause;

    FillFact() {}

    /** Which. */
    public Tlb tlb() {
        return tlb;
    }

    /** The way of the second level that served it or was filled too, negative for none. */
    public int secondLevelWay() {
        return secondLevelWay;
    }

    /** The page (a number) that it is held under. */
    public long page() {
        return page;
    }

    /** The directory entry it was made from. */
    public long pde() {
        return pde;
    }

    /** The table entry it was made from, 0 for a large page. */
    public long pte() {
        return pte;
    }

    /** The rights of both levels, as {@link org.pagetrail.traces.event.Rights}. */
    public int rights() {
        return rights;
    }

    /** Whether a write through it needs no walk. */
    public boolean dirty() {
        return dirty;
    }

    /** Whether MOV to CR3 spares it. */
    public boolean global() {
        return global;
    }

    /** What brought it about. */
    public FillCause cause() {
        return cause;
    }
}

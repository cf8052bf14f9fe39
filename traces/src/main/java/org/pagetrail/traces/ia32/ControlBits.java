package org.pagetrail.traces.ia32;

/**
 * The bits of CR0, CR3 and CR4 that paging depends on (SDM volume 3A, 2.5, 4.1.3 and table 4-3).
 *
 * <pre>
 *  CR0:  31 PG   16 WP   0 PE
 *  CR3:  31:12 page directory   4 PCD   3 PWT
 *  CR4:  21 SMAP   20 SMEP   7 PGE   5 PAE   4 PSE
 * </pre>
 */
public final class ControlBits {
    /** CR0.PE: protected mode. */
    public static final int CR0_PE = 1;

    /** CR0.WP: supervisor writes respect R/W. */
    public static final int CR0_WP = 1 << 16;

    /** CR0.PG: paging. */
    public static final int CR0_PG = 1 << 31;

    /** CR4.PSE: PS in a PDE means a 4 MB page. */
    public static final int CR4_PSE = 1 << 4;

    /** CR4.PAE: physical-address extension; another paging mode. */
    public static final int CR4_PAE = 1 << 5;

    /** CR4.PGE: global pages. */
    public static final int CR4_PGE = 1 << 7;

    /** CR4.SMEP: no supervisor fetch from a user page. */
    public static final int CR4_SMEP = 1 << 20;

    /** CR4.SMAP: no supervisor data access to a user page while EFLAGS.AC=0. */
    public static final int CR4_SMAP = 1 << 21;

    private ControlBits() {}
}

package org.pagetrail.traces.ia32;

import org.pagetrail.traces.profile.Features;

/**
 * The reserved bits of the paging entries under a processor's features (SDM volume 3A, 4.3, table 4-3 and 4.1.4).
 *
 * <p>A 4 MB PDE: without PSE-36 bits 21:13; with it and M = min(40, MAXPHYADDR), bits (M-20):13 are address bits 32 and up, and
 * 21:(M-19) are reserved. Without PAT, bit 12 of a 4 MB PDE and bit 7 of a PTE as well. While CR4.PSE=0 no bit is reserved.
 */
public final class ReservedBits {
    private static final int LARGEST_ADDRESS_BITS = 40;
    private static final int BITS_21_TO_13 = 0x003f_e000;

    private final int largePde;
    private final int pte;

    /** Under these features. */
    public ReservedBits(Features features) {
        int reserved = BITS_21_TO_13;
        if (features.pse36()) {
            int m = Math.min(LARGEST_ADDRESS_BITS, features.maxPhysicalAddress());
            reserved &= -1 << m - 19;
        }
        largePde = features.pat() ? reserved : reserved | Entries.LARGE_PAT;
        pte = features.pat() ? 0 : Entries.PTE_PAT;
    }

    /** Of a PDE that maps a 4 MB page. */
    public int largePde() {
        return largePde;
    }

    /** Of a PTE; only with CR4.PSE are there reserved bits at all. */
    public int pte(int cr4) {
        return (cr4 & ControlBits.CR4_PSE) != 0 ? pte : 0;
    }
}

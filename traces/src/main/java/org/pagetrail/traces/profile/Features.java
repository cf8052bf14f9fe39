package org.pagetrail.traces.profile;

/**
 * What of paging a processor has.
 *
 * @param pse 4 MB pages (CR4.PSE)
 * @param pge global pages (CR4.PGE)
 * @param pat page attribute table: PTE bit 7 and bit 12 of a 4 MB PDE are not reserved
 * @param pse36 4 MB pages above 4 GB: address bits in bits 20:13 of their PDE
 * @param maxPhysicalAddress physical-address width in bits (MAXPHYADDR)
 * @param smep supervisor-mode execution prevention
 * @param smap supervisor-mode access prevention
 */
public record Features(
        boolean pse, boolean pge, boolean pat, boolean pse36, int maxPhysicalAddress, boolean smep, boolean smap) {
    /** Checks the width. */
    public Features {
        if (maxPhysicalAddress < 32 || maxPhysicalAddress > 52) {
            throw new IllegalArgumentException(
                    "a physical-address width of " + maxPhysicalAddress + " bits; it goes from 32 to 52");
        }
    }
}

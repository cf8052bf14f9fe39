package org.pagetrail.traces.ia32;

/**
 * Page-directory and page-table entries of 32-bit paging (SDM volume 3A, 4.3, tables 4-4 to 4-6).
 *
 * <pre>
 *   31          22 21 20      13 12  11  9  8   7   6   5   4   3   2   1   0
 *  +--------------+--+----------+---+-----+---+---+---+---+---+---+---+---+---+
 *  | address 31:22| 0| addr 39:32|PAT| AVL | G | 1 | D | A |PCD|PWT|U/S|R/W| P |  PDE of a 4 MB page (CR4.PSE)
 *  +--------------+--+----------+---+-----+---+---+---+---+---+---+---+---+---+
 *  |      address of the table 31:12      |ign| 0 |ign| A |PCD|PWT|U/S|R/W| P |  PDE of a table
 *  +--------------------------------+-----+---+---+---+---+---+---+---+---+---+
 *  |      address of the frame 31:12      | G |PAT| D | A |PCD|PWT|U/S|R/W| P |  PTE
 *  +--------------------------------+-----+---+---+---+---+---+---+---+---+---+
 * </pre>
 *
 * <p>Bits 20:13 of a 4 MB PDE are address bits only where the processor has PSE-36, and only as many of them as its
 * physical-address width reaches; the rest, and bit 21, are reserved.
 */
public final class Entries {
    /** P: the entry is used by a walk. */
    public static final int PRESENT = 1;

    /** R/W: writes are allowed. */
    public static final int WRITABLE = 1 << 1;

    /** U/S: user mode is allowed. */
    public static final int USER = 1 << 2;

    /** PWT: page-level write-through. */
    public static final int WRITE_THROUGH = 1 << 3;

    /** PCD: page-level cache disable. */
    public static final int CACHE_DISABLE = 1 << 4;

    /** A: a walk has used the entry. */
    public static final int ACCESSED = 1 << 5;

    /** D: the page has been written; only in an entry that maps one. */
    public static final int DIRTY = 1 << 6;

    /** PS: in a PDE with CR4.PSE, a 4 MB page. */
    public static final int PAGE_SIZE = 1 << 7;

    /** PAT of a PTE. */
    public static final int PTE_PAT = 1 << 7;

    /** G: in an entry that maps a page with CR4.PGE, kept across MOV to CR3. */
    public static final int GLOBAL = 1 << 8;

    /** PAT of a PDE that maps a 4 MB page. */
    public static final int LARGE_PAT = 1 << 12;

    /** The address bits of a PTE and of a PDE that refers to a table. */
    public static final int FRAME_MASK = 0xffff_f000;

    /** The low address bits of a PDE that maps a 4 MB page. */
    public static final int LARGE_FRAME_MASK = 0xffc0_0000;

    /** Bits 20:13 of a PDE that maps a 4 MB page: physical address bits 39:32 (PSE-36). */
    public static final int LARGE_HIGH_MASK = 0x001f_e000;

    private static final int LARGE_HIGH_SHIFT = 13;

    /** Address bit 32 as a frame number's bit. */
    private static final int HIGH_FRAME_SHIFT = 32 - LinearAddress.PAGE_SHIFT;

    private Entries() {}

    /** Whether a walk uses the entry. */
    public static boolean present(int entry) {
        return (entry & PRESENT) != 0;
    }

    /** Whether a PDE maps a 4 MB page. */
    public static boolean large(int pde, int cr4) {
        return (pde & PAGE_SIZE) != 0 && (cr4 & ControlBits.CR4_PSE) != 0;
    }

    /** The frame number in a PTE, or in a PDE that refers to a table. */
    public static int frame(int entry) {
        return entry >>> LinearAddress.PAGE_SHIFT;
    }

    /** The first frame number of the 4 MB page that a PDE maps, 28 bits wide with PSE-36. */
    public static int largeFrame(int pde) {
        return ((pde & LARGE_HIGH_MASK) >>> LARGE_HIGH_SHIFT) << HIGH_FRAME_SHIFT
                | (pde & LARGE_FRAME_MASK) >>> LinearAddress.PAGE_SHIFT;
    }

    /** The entry as the vocabulary carries it: unsigned, and 0 when absent. */
    public static long told(int entry) {
        return present(entry) ? Integer.toUnsignedLong(entry) : 0;
    }
}

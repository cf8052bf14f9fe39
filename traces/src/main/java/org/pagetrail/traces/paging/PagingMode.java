package org.pagetrail.traces.paging;

import org.pagetrail.traces.profile.Features;

/**
 * The geometry and the entry bits of one paging mode, for those that read a trace without knowing the architecture.
 *
 * <p>A walk starts at the root, a table of the highest level, and ends at level 1. A word's meaning can depend on control
 * bits, so they are asked for where it does.
 */
public interface PagingMode {
    /** The name in a journal's header. */
    String name();

    /** How many levels of tables a walk of the smallest page passes. */
    int levels();

    /** How many entries a table has. */
    int slots();

    /** The size of an entry in bytes. */
    int entryBytes();

    /** The binary logarithm of the bytes that one entry of this level spans; level 1 gives the page size. */
    int shift(int level);

    /** The slot that a walk of this linear address uses in a table of this level. */
    int slot(long linear, int level);

    /** The linear address that {@code slot} of a level's table adds to what the levels above contribute. */
    long offset(int slot, int level);

    /** The bits of CR4 that {@link #kind} and {@link #frame} depend on. */
    long kindBits();

    /**
     * What the entry means.
     *
     * @param cr4 the control register with the paging extensions; only {@link #kindBits} of it count
     */
    EntryKind kind(long entry, int level, long cr4);

    /** The first frame that a present entry maps, or the frame of the table that it refers to. */
    long frame(long entry, int level, long cr4);

    /** The bits that hardware sets by itself: accessed and dirty. */
    long markBits();

    /** Whether the entry's page or table has been used by a walk (A). */
    boolean accessed(long entry);

    /** Whether the leaf's page has been written (D). */
    boolean dirty(long entry);

    /** Whether the entry allows writes. */
    boolean writable(long entry);

    /** Whether the entry allows user mode. */
    boolean user(long entry);

    /** Whether the leaf's translation is global, where the machine has such. */
    boolean global(long entry);

    /**
     * The bits of the entry that are set though they must not be; 0 for an absent one.
     *
     * @param features what of paging the processor has
     */
    long reservedBits(long entry, int level, long cr4, Features features);

    /** Whether paging is on under this value of CR0. */
    boolean pagingEnabled(long cr0);

    /** Whether supervisor writes respect the right to write under this value of CR0. */
    boolean writeProtected(long cr0);

    /** Whether global translations are kept by a write of CR3 under this value of CR4. */
    boolean globalPagesEnabled(long cr4);

    /** Whether supervisor fetches from user pages fault under this value of CR4. */
    boolean supervisorFetchesPrevented(long cr4);

    /** Whether supervisor reads and writes of user pages fault under this value of CR4, unless EFLAGS.AC is set. */
    boolean supervisorAccessesPrevented(long cr4);
}

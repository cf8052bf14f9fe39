package org.pagetrail.traces.ia32;

import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.profile.Features;

/** 32-bit paging as a {@link PagingMode}: a directory (level 2) and tables (level 1) of 1,024 four-byte entries. */
public final class Ia32Paging implements PagingMode {
    /** The only one: it has no state. */
    public static final Ia32Paging MODE = new Ia32Paging();

    /** The name in a journal's header. */
    public static final String NAME = "ia32";

    private Ia32Paging() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int levels() {
        return 2;
    }

    @Override
    public int slots() {
        return LinearAddress.SLOTS;
    }

    @Override
    public int entryBytes() {
        return Integer.BYTES;
    }

    @Override
    public int shift(int level) {
        return level == 2 ? LinearAddress.LARGE_PAGE_SHIFT : LinearAddress.PAGE_SHIFT;
    }

    @Override
    public int slot(long linear, int level) {
        return (int) (linear >>> shift(level)) & (LinearAddress.SLOTS - 1);
    }

    @Override
    public long offset(int slot, int level) {
        return (long) slot << shift(level);
    }

    @Override
    public long kindBits() {
        return ControlBits.CR4_PSE;
    }

    @Override
    public EntryKind kind(long entry, int level, long cr4) {
        if ((entry & Entries.PRESENT) == 0) {
            return EntryKind.ABSENT;
        }
        return level == 1 || Entries.large((int) entry, (int) cr4) ? EntryKind.LEAF : EntryKind.TABLE;
    }

    @Override
    public long frame(long entry, int level, long cr4) {
        return level == 2 && Entries.large((int) entry, (int) cr4)
                ? Entries.largeFrame((int) entry)
                : Entries.frame((int) entry);
    }

    @Override
    public long markBits() {
        return Entries.ACCESSED | Entries.DIRTY;
    }

    @Override
    public boolean accessed(long entry) {
        return (entry & Entries.ACCESSED) != 0;
    }

    @Override
    public boolean dirty(long entry) {
        return (entry & Entries.DIRTY) != 0;
    }

    @Override
    public boolean writable(long entry) {
        return (entry & Entries.WRITABLE) != 0;
    }

    @Override
    public boolean user(long entry) {
        return (entry & Entries.USER) != 0;
    }

    @Override
    public boolean global(long entry) {
        return (entry & Entries.GLOBAL) != 0;
    }

    @Override
    public long reservedBits(long entry, int level, long cr4, Features features) {
        ReservedBits reserved = new ReservedBits(features);
        if (kind(entry, level, cr4) != EntryKind.LEAF) {
            return 0;
        }
        return entry & (level == 2 ? reserved.largePde() : reserved.pte((int) cr4));
    }

    @Override
    public boolean pagingEnabled(long cr0) {
        return (cr0 & ControlBits.CR0_PG) != 0;
    }

    @Override
    public boolean writeProtected(long cr0) {
        return (cr0 & ControlBits.CR0_WP) != 0;
    }

    @Override
    public boolean globalPagesEnabled(long cr4) {
        return (cr4 & ControlBits.CR4_PGE) != 0;
    }

    @Override
    public boolean supervisorFetchesPrevented(long cr4) {
        return (cr4 & ControlBits.CR4_SMEP) != 0;
    }

    @Override
    public boolean supervisorAccessesPrevented(long cr4) {
        return (cr4 & ControlBits.CR4_SMAP) != 0;
    }
}

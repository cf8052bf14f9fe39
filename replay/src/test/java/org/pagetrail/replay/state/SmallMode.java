package org.pagetrail.replay.state;

import org.pagetrail.traces.ia32.ControlBits;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.profile.Features;

/** A made-up mode of any number of levels with four entries a table: bits as in IA-32, PS at every level above 1. */
record SmallMode(int levels) implements PagingMode {
    @Override
    public String name() {
        return "small-" + levels;
    }

    @Override
    public int slots() {
        return 4;
    }

    @Override
    public int entryBytes() {
        return Long.BYTES;
    }

    @Override
    public int shift(int level) {
        return 12 + 2 * (level - 1);
    }

    @Override
    public int slot(long linear, int level) {
        return (int) (linear >>> shift(level)) & 3;
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
        if ((entry & 1) == 0) {
            return EntryKind.ABSENT;
        }
        boolean large = (entry & 0x80) != 0 && (cr4 & ControlBits.CR4_PSE) != 0;
        return level == 1 || large ? EntryKind.LEAF : EntryKind.TABLE;
    }

    @Override
    public long frame(long entry, int level, long cr4) {
        return entry >>> 12;
    }

    @Override
    public long markBits() {
        return 0x60;
    }

    @Override
    public boolean accessed(long entry) {
        return (entry & 0x20) != 0;
    }

    @Override
    public boolean dirty(long entry) {
        return (entry & 0x40) != 0;
    }

    @Override
    public boolean writable(long entry) {
        return (entry & 2) != 0;
    }

    @Override
    public boolean user(long entry) {
        return (entry & 4) != 0;
    }

    @Override
    public boolean global(long entry) {
        return (entry & 0x100) != 0;
    }

    @Override
    public long reservedBits(long entry, int level, long cr4, Features features) {
        return 0;
    }

    @Override
    public boolean pagingEnabled(long cr0) {
        return cr0 < 0;
    }

    @Override
    public boolean writeProtected(long cr0) {
        return true;
    }

    @Override
    public boolean globalPagesEnabled(long cr4) {
        return false;
    }

    @Override
    public boolean supervisorFetchesPrevented(long cr4) {
        return false;
    }

    @Override
    public boolean supervisorAccessesPrevented(long cr4) {
        return false;
    }
}

package org.pagetrail.traces.event;

import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * What a change of one word of a live paging structure is called: exactly one event for each.
 *
 * <pre>
 *   was \ now   absent            table                           leaf
 *  absent       none              table-linked                    page-mapped
 *  table        table-unlinked    relinked | protected | marked   page-merged
 *  leaf         page-unmapped     page-split                      remapped | protected | marked
 * </pre>
 *
 * <p>Between two of a kind: another frame is <i>remapped</i> or <i>relinked</i>; else any bit but A and D is
 * <i>protected</i>; else <i>entry-marked</i>. The bit of D counts as D in a reference to a table too, where a walk
 * ignores it.
 */
public enum EntryChange {
    /** Nothing that a walk could see: no event. */
    NONE(0),
    /** absent to leaf. */
    PAGE_MAPPED(EventId.PAGE_MAPPED),
    /** leaf to absent. */
    PAGE_UNMAPPED(EventId.PAGE_UNMAPPED),
    /** leaf to leaf of another frame. */
    PAGE_REMAPPED(EventId.PAGE_REMAPPED),
    /** leaf to leaf of the same frame, other bits than A and D. */
    PAGE_PROTECTED(EventId.PAGE_PROTECTED),
    /** absent to table. */
    TABLE_LINKED(EventId.TABLE_LINKED),
    /** table to absent. */
    TABLE_UNLINKED(EventId.TABLE_UNLINKED),
    /** table to another table. */
    TABLE_RELINKED(EventId.TABLE_RELINKED),
    /** table to the same table, other bits than A and D. */
    TABLE_PROTECTED(EventId.TABLE_PROTECTED),
    /** large leaf to table. */
    PAGE_SPLIT(EventId.PAGE_SPLIT),
    /** table to large leaf. */
    PAGE_MERGED(EventId.PAGE_MERGED),
    /** A or D alone. */
    ENTRY_MARKED(EventId.ENTRY_MARKED);

    private final int id;

    EntryChange(int id) {
        this.id = id;
    }

    /** The event's number, one of {@link EventId}; 0 for {@link #NONE}. */
    public int id() {
        return id;
    }

    /**
     * The name of a change.
     *
     * @param mode the paging mode, which knows the bits
     * @param level the level of the table that holds the word
     * @param cr4 CR4, which decides between a large page and a table
     * @param was the word before
     * @param now the word after
     */
    public static EntryChange of(PagingMode mode, int level, long cr4, long was, long now) {
        EntryKind before = mode.kind(was, level, cr4);
        EntryKind after = mode.kind(now, level, cr4);
        if (before == EntryKind.ABSENT) {
            return after == EntryKind.ABSENT ? NONE : after == EntryKind.LEAF ? PAGE_MAPPED : TABLE_LINKED;
        }
        if (after == EntryKind.ABSENT) {
            return before == EntryKind.LEAF ? PAGE_UNMAPPED : TABLE_UNLINKED;
        }
        if (before != after) {
            return before == EntryKind.LEAF ? PAGE_SPLIT : PAGE_MERGED;
        }
        boolean leaf = before == EntryKind.LEAF;
        if (mode.frame(was, level, cr4) != mode.frame(now, level, cr4)) {
            return leaf ? PAGE_REMAPPED : TABLE_RELINKED;
        }
        long differing = was ^ now;
        if ((differing & ~mode.markBits()) != 0) {
            return leaf ? PAGE_PROTECTED : TABLE_PROTECTED;
        }
        return differing == 0 ? NONE : ENTRY_MARKED;
    }

    /**
     * Tells the change as its event; {@link #NONE} tells nothing.
     *
     * <p>The parameters after {@code out} are those of the event.
     */
    public void tell(
            TraceEvents out,
            long tick,
            long table,
            int slot,
            long was,
            long now,
            long linear,
            int level,
            long directory,
            EntryCause cause) {
        int c = cause.ordinal();
        switch (this) {
            case NONE -> {}
            case PAGE_MAPPED -> out.pageMapped(tick, table, slot, was, now, linear, level, directory, c);
            case PAGE_UNMAPPED -> out.pageUnmapped(tick, table, slot, was, now, linear, level, directory, c);
            case PAGE_REMAPPED -> out.pageRemapped(tick, table, slot, was, now, linear, level, directory, c);
            case PAGE_PROTECTED -> out.pageProtected(tick, table, slot, was, now, linear, level, directory, c);
            case TABLE_LINKED -> out.tableLinked(tick, table, slot, was, now, linear, level, directory, c);
            case TABLE_UNLINKED -> out.tableUnlinked(tick, table, slot, was, now, linear, level, directory, c);
            case TABLE_RELINKED -> out.tableRelinked(tick, table, slot, was, now, linear, level, directory, c);
            case TABLE_PROTECTED -> out.tableProtected(tick, table, slot, was, now, linear, level, directory, c);
            case PAGE_SPLIT -> out.pageSplit(tick, table, slot, was, now, linear, level, directory, c);
            case PAGE_MERGED -> out.pageMerged(tick, table, slot, was, now, linear, level, directory, c);
            case ENTRY_MARKED -> out.entryMarked(tick, table, slot, was, now, linear, level, directory, c);
        }
    }
}

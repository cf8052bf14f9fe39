package org.pagetrail.traces.text;

import org.pagetrail.traces.event.ByteSize;
import org.pagetrail.traces.event.EventId;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.paging.EntryKind;
import org.pagetrail.traces.paging.PagingMode;

/**
 * Paging-structure entries as people read them: where to, rights, marks.
 *
 * <pre>
 *   0x00400000 4 MB rwx- AD-       a leaf: frame, page size, rights of this level, accessed, dirty, global
 *   table 0x00105000 rwxu A--      a reference to a table
 * </pre>
 *
 * <p>Whether a word of a higher level is a leaf depends on control bits, but the event's name says it too, so no
 * state is kept and an event can be shown alone.
 */
final class EntryText {
    private final PagingMode mode;

    EntryText(PagingMode mode) {
        this.mode = mode;
    }

    /** The change that an event about an entry tells, {@code was} and {@code now} as the event has them. */
    String change(int id, long was, long now, int level) {
        return switch (id) {
            case EventId.PAGE_MAPPED -> "-> " + leaf(now, level);
            case EventId.TABLE_LINKED -> "-> " + table(now, level);
            case EventId.PAGE_UNMAPPED -> "was " + leaf(was, level);
            case EventId.TABLE_UNLINKED -> "was " + table(was, level);
            case EventId.PAGE_REMAPPED -> "was " + leaf(was, level) + " -> " + leaf(now, level);
            case EventId.TABLE_RELINKED -> "was " + table(was, level) + " -> " + table(now, level);
            case EventId.PAGE_SPLIT -> "was " + leaf(was, level) + " -> " + table(now, level);
            case EventId.PAGE_MERGED -> "was " + table(was, level) + " -> " + leaf(now, level);
            case EventId.PAGE_PROTECTED, EventId.TABLE_PROTECTED -> protection(id, was, now, level);
            default ->
                marks(was, now) + " on " + (kind(now, level) == EntryKind.LEAF ? leaf(now, level) : table(now, level));
        };
    }

    private EntryKind kind(long entry, int level) {
        return mode.kind(entry, level, mode.kindBits());
    }

    private String protection(int id, long was, long now, int level) {
        String before = rights(was);
        String after = rights(now);
        String changed = before.equals(after) ? Hex.text(was) + " -> " + Hex.text(now) : before + " -> " + after;
        String what = id == EventId.PAGE_PROTECTED
                ? leafFrame(now, level) + " " + size(level)
                : "table " + Hex.text(address(mode.frame(now, level, 0)));
        return changed + " of " + what;
    }

    private String marks(long was, long now) {
        StringBuilder text = new StringBuilder();
        mark(text, "A", mode.accessed(was), mode.accessed(now));
        mark(text, "D", mode.dirty(was), mode.dirty(now));
        return text.toString();
    }

    private static void mark(StringBuilder text, String name, boolean was, boolean now) {
        if (was != now) {
            text.append(text.isEmpty() ? "" : " ").append(now ? '+' : '-').append(name);
        }
    }

    private String leaf(long entry, int level) {
        return leafFrame(entry, level) + " " + size(level) + " " + rights(entry);
    }

    private String leafFrame(long entry, int level) {
        return Hex.text(address(mode.frame(entry, level, mode.kindBits())));
    }

    private String table(long entry, int level) {
        return "table " + Hex.text(address(mode.frame(entry, level, 0))) + " " + rights(entry);
    }

    /** Rights and marks of this one entry. */
    String rights(long entry) {
        int rights = Rights.READ
                | Rights.EXECUTE
                | (mode.writable(entry) ? Rights.WRITE : 0)
                | (mode.user(entry) ? Rights.USER : 0);
        return Rights.text(rights) + " " + (mode.accessed(entry) ? 'A' : '-') + (mode.dirty(entry) ? 'D' : '-')
                + (mode.global(entry) ? 'G' : '-');
    }

    /** The size of a page that an entry of this level maps. */
    String size(int level) {
        return ByteSize.text(1L << mode.shift(level));
    }

    /** The first address of a page or frame. */
    long address(long number) {
        return number << mode.shift(1);
    }

    /** Where the page of a filled translation lies: {@code pte} is 0 when the directory entry maps a large page. */
    String filled(long page, long pde, long pte) {
        if (pte != 0) {
            return Hex.text(address(mode.frame(pte, 1, mode.kindBits())));
        }
        long inLarge = page & (1L << mode.shift(2) - mode.shift(1)) - 1;
        return Hex.text(address(mode.frame(pde, 2, mode.kindBits()) + inLarge));
    }
}

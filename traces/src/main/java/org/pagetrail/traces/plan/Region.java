package org.pagetrail.traces.plan;

/**
 * A named part of the linear address space.
 *
 * <p>Of the regions that a program's image shares out, the end of the image and the beginning of the heap above it are not the
 * plan's to say: they are {@link #OPEN}.
 *
 * @param id its name
 * @param title what it is for, for people
 * @param first its first byte, or {@link #OPEN}
 * @param last its last byte, or {@link #OPEN}
 * @param rights what its pages allow at the most, as {@link org.pagetrail.traces.event.Rights}
 * @param image whether each page has the rights of the image's segment that covers it
 * @param growth which way its use grows
 * @param guard the page that stays absent, or {@link #OPEN} for none
 * @param slice bytes of the part that each process has for itself, 0 for none
 */
public record Region(
        String id,
        String title,
        long first,
        long last,
        int rights,
        boolean image,
        Growth growth,
        long guard,
        long slice) {
    /** An address that the plan leaves open. */
    public static final long OPEN = -1;

    /** Which way the use of a region grows. */
    public enum Growth {
        /** It does not. */
        NONE,
        /** From its first byte. */
        UP,
        /** From its last byte. */
        DOWN
    }

    /** Whether the plan says where it begins and ends. */
    public boolean fixed() {
        return first != OPEN && last != OPEN;
    }

    /** Its size in bytes; of an open region, not known. */
    public long size() {
        if (!fixed()) {
            throw new IllegalStateException("the plan leaves the size of " + id + " open");
        }
        return last - first + 1;
    }

    /** Whether the address lies in it, as far as the plan can say. */
    public boolean contains(long linear) {
        return fixed() && linear >= first && linear <= last;
    }
}

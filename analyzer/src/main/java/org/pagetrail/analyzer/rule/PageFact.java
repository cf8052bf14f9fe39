package org.pagetrail.analyzer.rule;

import org.pagetrail.traces.event.Rights;

/**
 * A page as an address space sees it: a leaf reached through tables, with the rights of the whole way.
 *
 * <p>Told when it comes to be or changes, once for all the address spaces that share the way to it. One object is told again and
 * again with other values: it is valid only while it is told.
 */
public final class PageFact {
    Structures.Placement placement;
    int slot;
    long linear;
    long bytes;
    long entry;
    long frame;
    int rights;

    PageFact() {}

    /** Its first linear address. */
    public long linear() {
        return linear;
    }

    /** Its size. */
    public long bytes() {
        return bytes;
    }

    /** The leaf. */
    public long entry() {
        return entry;
    }

    /** The first page frame that it maps. */
    public long frame() {
        return frame;
    }

    /** What all levels together allow, as {@link Rights}. */
    public int rights() {
        return rights;
    }

    /** Whether user mode reaches it. */
    public boolean user() {
        return (rights & Rights.USER) != 0;
    }

    /** Whether it can be written where writes respect rights. */
    public boolean writable() {
        return (rights & Rights.WRITE) != 0;
    }

    /** The frame of the structure that holds the leaf. */
    public long table() {
        return placement.frame();
    }

    /** Which of its words the leaf is. */
    public int slot() {
        return slot;
    }

    /** The leaf's level: 1 for the smallest page. */
    public int level() {
        return placement.level();
    }

    /** Whether it is seen through a directory's reference to itself: the leaf is then no leaf in its own table's place. */
    public boolean derived() {
        return placement.derived();
    }

    /** Where its table stands. */
    public Structures.Placement placement() {
        return placement;
    }

    /** The frame of a directory that has it. */
    public long directory() {
        return placement.root();
    }
}

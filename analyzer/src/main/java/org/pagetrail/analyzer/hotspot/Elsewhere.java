package org.pagetrail.analyzer.hotspot;

/** What the events tell without an address, so that it belongs to no page. */
public enum Elsewhere {
    /** Accesses: they are counted in batches, and only those of {@code accessed} events have an address. */
    HITS("accesses, not told by page"),

    /** Second-level hits that filled nothing, since the access then faulted. */
    SECOND_LEVEL_HITS("second-level hits, not told by page"),

    /** Interrupts and the returns from them, and from faults that the kernel does not say it has answered. */
    INTERRUPTS("interrupts and returns"),

    /** Clearing and copying, told by page frame; divided by what the frames are used for. */
    FRAMES("frames cleared, copied"),

    /** Control registers. */
    REGISTERS("control registers"),

    /** The processor waited. */
    HALT("halted"),

    /** What nothing explains. */
    UNATTRIBUTED("unattributed");

    private final String title;

    Elsewhere(String title) {
        this.title = title;
    }

    /** What it is, for people. */
    public String title() {
        return title;
    }
}

package org.pagetrail.traces.event;

/** The families that the events' numbers are given out in; each has the numbers from its first to the next family's. */
public enum EventFamily {
    /** What gives the trace its parts and names. */
    STRUCTURE("Structure", EventId.SYMBOL_DEFINED),

    /** What the machine is like before the kernel runs. */
    FIRMWARE("Firmware and boot loader", EventId.MEMORY_REGION_REPORTED),

    /** The processor's own state. */
    CONTROL("Control", EventId.CONTROL_REGISTER_WRITTEN),

    /** Directories as roots. */
    ADDRESS_SPACES("Address spaces", EventId.ADDRESS_SPACE_CREATED),

    /** Words of live paging structures. */
    PAGING_ENTRIES("Paging entries", EventId.PAGE_MAPPED),

    /** What is cached of them. */
    TLB("TLB", EventId.TLB_FILLED),

    /** Page faults and what becomes of them. */
    FAULTS("Faults", EventId.PAGE_FAULTED),

    /** Page frames and their users. */
    FRAMES("Frames", EventId.FRAMES_ALLOCATED),

    /** Processes and their ranges. */
    PROCESSES("Processes", EventId.PROCESS_CREATED),

    /** Accesses, counted or told one by one. */
    ACCESSES("Accesses", EventId.ACCESSES_COUNTED);

    private static final EventFamily[] FAMILIES = values();

    private final String title;
    private final int first;

    EventFamily(String title, int first) {
        this.title = title;
        this.first = first;
    }

    /** What people call it. */
    public String title() {
        return title;
    }

    /** The family that a number belongs to, whether or not an event has it. */
    static EventFamily of(int id) {
        EventFamily family = STRUCTURE;
        for (EventFamily next : FAMILIES) {
            if (next.first <= id) {
                family = next;
            }
        }
        return family;
    }
}

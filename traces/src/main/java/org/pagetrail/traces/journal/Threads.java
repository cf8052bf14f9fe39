package org.pagetrail.traces.journal;

/** How many threads write a journal, and which of them encodes and writes long runs of fills. */
enum Threads {
    /** One does all. */
    ONE,
    /** Of two, the one for which that is better. */
    TWO,
    /** Of two, the second. */
    SECOND_ENCODES,
    /** Both: the second encodes the first half of each block, the one that tells the other half, and it writes both. */
    HALVES;

    /** As many as there are processors for. */
    static Threads available() {
        return Handover.helps() ? TWO : ONE;
    }
}

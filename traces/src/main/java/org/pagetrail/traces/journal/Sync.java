package org.pagetrail.traces.journal;

/**
 * How often what was written is forced to the disk.
 *
 * <p>Whatever it is, the operating system has every block as soon as it is written, so that a recorder that is killed loses no more than the
 * block that it was filling. This is about a machine that loses power. It changes no byte of the journal.
 */
public enum Sync {
    /** After every block. */
    BLOCK,

    /** At the end of every phase, and at the end. */
    PHASE,

    /** When the operating system sees fit. */
    NONE
}

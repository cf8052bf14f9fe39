package org.pagetrail.traces.event;

/**
 * Where the blocks of a journal end: with the event that makes one full, and with every {@code phase-ended}.
 *
 * <p>The digest of a trace is over its blocks, so that whoever computes it again has to end them at the same events. A header
 * that does not say its geometry means {@link #STANDARD}.
 *
 * @param events a block of so many events is full, 1 to 4,096
 * @param bytes a block of at least so many bytes, its head included, is full, 1 to 49,152
 */
public record BlockGeometry(int events, int bytes) {
    /** The most events of a block. */
    public static final int MOST_EVENTS = 4096;

    /** The most bytes at which a block is full: the queue takes no document of 64 KB. */
    public static final int MOST_BYTES = 48 << 10;

    /** What this release records with. */
    public static final BlockGeometry STANDARD = new BlockGeometry(MOST_EVENTS, MOST_BYTES);

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException when a number is beyond its range
     */
    public BlockGeometry {
        if (events < 1 || events > MOST_EVENTS || bytes < 1 || bytes > MOST_BYTES) {
            throw new IllegalArgumentException("blocks of " + events + " events or " + bytes + " bytes; there are 1 to "
                    + MOST_EVENTS + " events and 1 to " + MOST_BYTES + " bytes");
        }
    }
}

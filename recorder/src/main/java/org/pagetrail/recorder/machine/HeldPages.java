package org.pagetrail.recorder.machine;

import org.pagetrail.traces.ia32.LinearAddress;

/**
 * Which arrays hold a translation of a 4 KB page, a byte a page, so that none has to be searched for what it does not hold.
 *
 * <pre>
 *     7      6    5              0
 *   +------+-----+----------------+
 *   | data |fetch|second's way + 1|    0 for none
 *   +------+-----+----------------+
 * </pre>
 */
final class HeldPages {
    /** The first level for data holds it, or the one for both. */
    static final int DATA = 1 << 7;

    /** The first level for fetches holds it. */
    static final int FETCH = 1 << 6;

    /** The way of the second level that holds it, plus one. */
    static final int WAY = FETCH - 1;

    private HeldPages() {}

    /** That no page is held; one more byte than there are pages, for the key of an empty place. */
    static byte[] none() {
        return new byte[LinearAddress.SLOTS * LinearAddress.SLOTS + 1];
    }
}

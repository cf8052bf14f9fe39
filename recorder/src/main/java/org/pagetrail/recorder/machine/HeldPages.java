package org.pagetrail.recorder.machine;

import org.pagetrail.traces.ia32.LinearAddress;

/**
 * Where a translation of a 4 KB page is held, a char a page, so that nothing is searched for.
 *
 * <pre>
 *    15                10 9                   0
 *   +--------------------+---------------------+
 *   | second's way + 1   | first level's place |    0 for none
 *   +--------------------+---------------------+
 * </pre>
 *
 * <p>The places of {@link Places} are those of the first level for data, or of the one for both. One for fetches alone has its places
 * in a second half of the table, where there are no ways. {@link Access} is such that the bits which choose the half and the page
 * stand together; a table without a second half ignores the former.
 */
final class HeldPages {
    /** The first level's place. */
    static final int PLACE = (1 << 10) - 1;

    /** How many places can be told apart, place 0 among them, which means none. */
    static final int PLACES = PLACE + 1;

    /** By how much the second level's way, plus one, is shifted. */
    static final int WAY_SHIFT = 10;

    /** The bits of that way. */
    static final int WAY = 0xffff & ~PLACE;

    /** Where the half for fetches begins. */
    static final int FETCHES = LinearAddress.SLOTS * LinearAddress.SLOTS;

    private HeldPages() {}

    /**
     * That no page is held.
     *
     * @param split whether there is a first level for fetches alone
     */
    static char[] none(boolean split) {
        return new char[split ? 2 * FETCHES : FETCHES];
    }
}

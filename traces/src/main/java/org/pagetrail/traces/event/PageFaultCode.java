package org.pagetrail.traces.event;

/**
 * The error code of a page fault in the events: that of #PF (SDM volume 3A, 4.7, figure 4-12).
 *
 * <pre>
 *     4     3    2   1   0
 *  +-----+------+---+---+---+
 *  |  F  | RSVD | U | W | P |
 *  +-----+------+---+---+---+
 * </pre>
 */
public final class PageFaultCode {
    /** P: the entries were present; a right was missing or a reserved bit set. */
    public static final int PRESENT = 1;

    /** W: the access was a write. */
    public static final int WRITE = 1 << 1;

    /** U: the access was made in user mode. */
    public static final int USER = 1 << 2;

    /** RSVD: a reserved bit was set; P is set with it. */
    public static final int RESERVED = 1 << 3;

    /** F: the access was a fetch, and CR4.SMEP was set. */
    public static final int INSTRUCTION = 1 << 4;

    private static final String[] NAMES = {"P", "W", "U", "RSVD", "F"};

    private PageFaultCode() {}

    /** The set bits' names, as {@code P|W|U}, bits without a name in hexadecimal; {@code 0} when none is set. */
    public static String text(int errorCode) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < NAMES.length; bit++) {
            if ((errorCode >>> bit & 1) != 0) {
                text.append(text.isEmpty() ? "" : "|").append(NAMES[bit]);
            }
        }
        int unnamed = errorCode >>> NAMES.length << NAMES.length;
        if (unnamed != 0) {
            text.append(text.isEmpty() ? "" : "|").append("0x").append(Integer.toHexString(unnamed));
        }
        return text.isEmpty() ? "0" : text.toString();
    }
}

package org.pagetrail.traces.text;

/** Numbers as people of this field write them: {@code 0x}, then at least eight lower-case hexadecimal digits. */
public final class Hex {
    private static final String PREFIX = "0x";
    private static final int LEAST_DIGITS = 8;
    private static final int MOST_DIGITS = Long.SIZE / 4;
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private Hex() {}

    /** The number, taken as unsigned. */
    public static String text(long number) {
        int needed = (Long.SIZE - Long.numberOfLeadingZeros(number) + 3) / 4;
        int digits = Math.max(LEAST_DIGITS, needed);
        char[] text = new char[PREFIX.length() + digits];
        PREFIX.getChars(0, PREFIX.length(), text, 0);
        for (int i = 0; i < digits; i++) {
            text[PREFIX.length() + i] = DIGITS[(int) (number >>> 4 * (digits - 1 - i)) & 0xf];
        }
        return new String(text);
    }

    /**
     * The number that a text in exactly the form of {@link #text} says.
     *
     * @throws NumberFormatException when it has another form
     */
    static long parse(String text) {
        int digits = text.length() - PREFIX.length();
        boolean form = text.startsWith(PREFIX)
                && digits >= LEAST_DIGITS
                && digits <= MOST_DIGITS
                && (digits == LEAST_DIGITS || text.charAt(PREFIX.length()) != '0');
        if (!form) {
            throw new NumberFormatException(text);
        }
        long number = 0;
        for (int i = PREFIX.length(); i < text.length(); i++) {
            number = number << 4 | digit(text, text.charAt(i));
        }
        return number;
    }

    private static int digit(String text, char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'a' && c <= 'f') {
            return c - 'a' + 10;
        }
        throw new NumberFormatException(text);
    }
}

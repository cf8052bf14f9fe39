package org.pagetrail.cli;

import java.util.Locale;

/** Sizes in bytes, as people write them. */
final class Sizes {
    private static final String[] UNITS = {"B", "KB", "MB", "GB"};
    private static final long STEP = 1024;

    private Sizes() {}

    /** The largest unit in which it is a whole number: {@code 64 MB}, {@code 5,000 B}. */
    static String text(long bytes) {
        long value = bytes;
        int unit = 0;
        while (unit < UNITS.length - 1 && value >= STEP && value % STEP == 0) {
            value /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%,d %s", value, UNITS[unit]);
    }

    /**
     * The size that a text says: a number of bytes, or with K, M or G (and B) after it.
     *
     * @throws IllegalArgumentException when it says none
     */
    static long parse(String text) {
        String lean = text.trim()
                .toUpperCase(Locale.ROOT)
                .replace("IB", "")
                .replace("B", "")
                .trim();
        int unit = lean.isEmpty() ? 0 : Math.max(0, "KMG".indexOf(lean.charAt(lean.length() - 1)) + 1);
        String number = unit == 0 ? lean : lean.substring(0, lean.length() - 1).trim();
        if (!number.matches("[0-9]{1,12}")) {
            throw new IllegalArgumentException("'" + text + "' is no size; write it as 64M, 1G or a number of bytes");
        }
        return Long.parseLong(number) << 10 * unit;
    }
}

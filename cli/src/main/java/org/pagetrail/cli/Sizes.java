package org.pagetrail.cli;

import java.util.Locale;

/** Sizes in bytes, as people write them in an option. */
final class Sizes {
    private Sizes() {}

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

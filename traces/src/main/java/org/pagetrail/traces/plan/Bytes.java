package org.pagetrail.traces.plan;

import java.util.Locale;

/** Sizes and ranges as a plan's tables and findings show them. */
final class Bytes {
    private static final String[] UNITS = {"B", "KB", "MB", "GB"};
    private static final long STEP = 1024;

    private Bytes() {}

    /** In the largest unit that makes it a whole number. */
    static String text(long bytes) {
        long value = bytes;
        int unit = 0;
        while (unit < UNITS.length - 1 && value >= STEP && value % STEP == 0) {
            value /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%,d %s", value, UNITS[unit]);
    }

    static String hex(long address) {
        return String.format(Locale.ROOT, "0x%08x", address);
    }

    static String range(long first, long last) {
        return hex(first) + "-" + hex(last);
    }
}

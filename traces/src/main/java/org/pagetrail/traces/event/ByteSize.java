package org.pagetrail.traces.event;

import java.util.Locale;

/** Numbers of bytes as people read them. */
public final class ByteSize {
    private static final String[] UNITS = {"B", "KB", "MB", "GB"};
    private static final long STEP = 1024;

    private ByteSize() {}

    /** In the largest unit in which it is a whole number: {@code 64 MB}, {@code 1,008 MB}, {@code 5,000 B}. */
    public static String text(long bytes) {
        long value = bytes;
        int unit = 0;
        while (unit < UNITS.length - 1 && value != 0 && value % STEP == 0) {
            value /= STEP;
            unit++;
        }
        return String.format(Locale.ROOT, "%,d %s", value, UNITS[unit]);
    }
}

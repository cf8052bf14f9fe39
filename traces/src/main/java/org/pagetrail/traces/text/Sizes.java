package org.pagetrail.traces.text;

/** Numbers of bytes in the largest unit that they are whole in. */
final class Sizes {
    private static final String[] UNITS = {" bytes", " KB", " MB", " GB", " TB"};
    private static final int STEP = 1024;

    private Sizes() {}

    /** As {@code 4 KB}; other than whole multiples in bytes. */
    static String text(long bytes) {
        long number = bytes;
        int unit = 0;
        while (number != 0 && number % STEP == 0 && unit < UNITS.length - 1) {
            number /= STEP;
            unit++;
        }
        return number + UNITS[unit];
    }
}

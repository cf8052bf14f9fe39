package org.pagetrail.traces.plan;

import java.util.Locale;

/** Addresses and ranges as a plan's tables and findings show them. */
final class Addresses {
    private Addresses() {}

    static String hex(long address) {
        return String.format(Locale.ROOT, "0x%08x", address);
    }

    static String range(long first, long last) {
        return hex(first) + "-" + hex(last);
    }
}

package org.pagetrail.recorder.workload;

/** Numbers from 0 to 1. */
final class Shares {
    private Shares() {}

    /** Refuses any other. */
    static void check(String what, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(what + " of " + share + " is not 0 to 1");
        }
    }
}

package org.pagetrail.cli;

/** What the process ends with. */
final class ExitCodes {
    /** All is well. */
    static final int CLEAN = 0;

    /** Something was found: violations, differences, contradictions. */
    static final int FINDINGS = 1;

    /** Options or input files are unusable, or the output exists. */
    static final int USAGE = 2;

    /** A trace is missing, none, damaged or incomplete. */
    static final int TRACE = 3;

    /** The program is at fault. */
    static final int INTERNAL = 70;

    /** The output cannot be written. */
    static final int OUTPUT = 74;

    /** Interrupted, as by Ctrl-C. */
    static final int INTERRUPTED = 130;

    private ExitCodes() {}
}

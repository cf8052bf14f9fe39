package org.pagetrail.analyzer.rule;

/** How bad it is that an invariant does not hold. The order is from the lesser to the greater. */
public enum Severity {
    /** What is right on most processors, or most of the time, and should be mended. */
    WARNING,

    /** A defect. */
    ERROR
}

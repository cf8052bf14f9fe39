package org.pagetrail.analyzer.rule;

/** How much a judge keeps in mind, for tests of other packages. */
public final class Sizes {
    private Sizes() {}

    /** Entries of all its maps and lists. */
    public static int of(Judge judge) {
        return judge.size();
    }

    /** Those of them that are about violations. */
    public static int found(Judge judge) {
        return judge.foundSize();
    }
}

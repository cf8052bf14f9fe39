package org.pagetrail.analyzer.hotspot;

import org.pagetrail.traces.profile.Costs;

/** What went to one page. */
final class PageTally {
    /** The number of its first base page. */
    final long page;

    final boolean large;
    final Tally tally;
    long walks;
    long faults;

    PageTally(long page, boolean large, Costs costs) {
        this.page = page;
        this.large = large;
        tally = new Tally(costs);
    }
}

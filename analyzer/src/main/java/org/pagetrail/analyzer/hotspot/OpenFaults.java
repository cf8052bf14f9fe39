package org.pagetrail.analyzer.hotspot;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * The page faults that were delivered and may still return.
 *
 * <p>No event tells a return. But where the accesses have just been counted, every other cycle is explained, and what is left
 * over is returns: a whole number of them, of faults that are open. Which of them returned is known when all did, or all that
 * were delivered since the last time: a fault inside another one's handler returns first or never. Else it is not told.
 */
final class OpenFaults {
    private final List<PageTally> fresh = new ArrayList<>();
    private final List<PageTally> before = new ArrayList<>();
    private long freshCount;
    private long beforeCount;
    private long unknown;

    /** A fault of this page was delivered. */
    void delivered(PageTally page) {
        if (page.openNew++ == 0) {
            fresh.add(page);
        }
        freshCount++;
    }

    /**
     * How many returns these cycles are.
     *
     * @return 0 when they are no whole number of returns, or more than there are open faults
     */
    long returnsIn(long cycles, int each) {
        if (each == 0 || cycles <= 0 || cycles % each != 0) {
            return 0;
        }
        long returns = cycles / each;
        return returns <= freshCount + beforeCount + unknown ? returns : 0;
    }

    /**
     * The ticks are settled: so many returned since the last time.
     *
     * @param told takes each page and how many were its own, null for the page where it is not known
     */
    void settle(long returns, ObjLongConsumer<PageTally> told) {
        if (returns == 0) {
            keep();
        } else if (returns == freshCount + beforeCount + unknown) {
            tellFresh(told);
            for (PageTally page : before) {
                told.accept(page, page.openBefore);
            }
            told.accept(null, unknown);
            forgetBefore();
            unknown = 0;
        } else if (returns >= freshCount) {
            long older = returns - freshCount;
            tellFresh(told);
            if (older != 0) {
                told.accept(null, older);
                unknown += beforeCount - older;
                forgetBefore();
            }
        } else {
            told.accept(null, returns);
            unknown += freshCount - returns;
            forgetFresh();
        }
    }

    private void keep() {
        for (PageTally page : fresh) {
            if (page.openBefore == 0) {
                before.add(page);
            }
            page.openBefore += page.openNew;
        }
        beforeCount += freshCount;
        forgetFresh();
    }

    private void tellFresh(ObjLongConsumer<PageTally> told) {
        for (PageTally page : fresh) {
            told.accept(page, page.openNew);
        }
        forgetFresh();
    }

    private void forgetFresh() {
        fresh.forEach(page -> page.openNew = 0);
        fresh.clear();
        freshCount = 0;
    }

    private void forgetBefore() {
        before.forEach(page -> page.openBefore = 0);
        before.clear();
        beforeCount = 0;
    }
}

package org.pagetrail.analyzer.rule.layout;

import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.replay.state.KernelSegment;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.plan.Region;

/** LAY003: the upper half is what the plan says, and nothing else. */
public final class KernelRegions extends Rule {
    private static final int COMPARED = Rights.WRITE | Rights.USER;

    /** For one trace. */
    public KernelRegions() {
        super(new Invariant(
                "LAY003",
                Severity.ERROR,
                "Each page of kernel space lies in a region of the plan and has that region's effective rights.",
                "What lies elsewhere belongs to nobody and is cleaned up by nobody; rights that differ let code write or run what it"
                        + " must not, or fault where it must not.",
                "plan: regions; of the image, the program headers",
                "from the switch"));
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (!scene().judged(page) || !scene().kernel(page.linear() + page.bytes() - 1)) {
            return;
        }
        if (page.derived() && !windowIsRight(page.table())) {
            // What is wrong with all of it is wrong with the recursive slot: LAY005.
            return;
        }
        Region region = scene().plan().regionAt(page.linear());
        if (region == null) {
            violated().at(page).report("a page of kernel space lies in a region of the plan", "it lies in none");
            return;
        }
        int expected = region.image() ? imageRights(page) : region.rights();
        if (((page.rights() ^ expected) & COMPARED) != 0) {
            violated().at(page).report(text(expected) + ", as region " + region.id() + " says", text(page.rights()));
        }
    }

    private boolean windowIsRight(long directory) {
        long word = scene().state().word(directory, scene().plan().recursiveSlot());
        return scene().mode().writable(word) && !scene().mode().user(word);
    }

    /** Read-only where only segments without W cover the page; under none, supervisor and writable. */
    private int imageRights(PageFact page) {
        boolean covered = false;
        boolean writable = false;
        for (KernelSegment segment : scene().state().kernelSegments()) {
            long first = page.linear() - scene().plan().kernelFirst();
            boolean here = overlaps(segment.linear(), segment.memorySize(), page.linear(), page.bytes())
                    || overlaps(segment.physical(), segment.memorySize(), first, page.bytes());
            covered |= here;
            writable |= here && (segment.rights() & Rights.WRITE) != 0;
        }
        return Rights.READ | (writable || !covered ? Rights.WRITE : 0);
    }

    private static boolean overlaps(long first, long bytes, long otherFirst, long otherBytes) {
        return first < otherFirst + otherBytes && otherFirst < first + bytes;
    }

    private static String text(int rights) {
        return ((rights & Rights.USER) != 0 ? "user, " : "supervisor, ")
                + ((rights & Rights.WRITE) != 0 ? "writable" : "read-only");
    }
}

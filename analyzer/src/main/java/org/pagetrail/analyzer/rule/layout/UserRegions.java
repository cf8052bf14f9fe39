package org.pagetrail.analyzer.rule.layout;

import java.util.Locale;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.rule.PageFact;
import org.pagetrail.analyzer.rule.Processes;
import org.pagetrail.analyzer.rule.Rule;
import org.pagetrail.analyzer.rule.Severity;
import org.pagetrail.analyzer.rule.Structures;
import org.pagetrail.analyzer.rule.Violation;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.paging.PagingMode;
import org.pagetrail.traces.plan.Region;

/**
 * LAY009: a program's memory is where the plan and its file have it.
 *
 * <p>Of a process the ranges are known that the kernel gave it; of an address space without one only the plan's regions are. Rights
 * are an upper bound: a page that may be written can be read-only for a time, until it is copied. Page 0 is left to LAY010, large
 * pages are to LAY006.
 */
public final class UserRegions extends Rule {
    private static final String IMAGE = "user-image";
    private static final String HEAP = "user-heap";
    private static final String LIBRARIES = "shared-libraries";
    private static final String STACK = "user-stack";

    /** Of a plan that has not the regions, nothing is known. */
    private boolean looked;

    private Region image;
    private Region heap;
    private Region libraries;
    private Region stack;

    /** For one trace. */
    public UserRegions() {
        super(new Invariant(
                "LAY009",
                Severity.ERROR,
                "A user page lies in a segment of its program, in its heap below the break, in a library or in the stack, and allows no"
                        + " writes that none of these allows; segments, heap and libraries lie in the plan's regions.",
                "A page elsewhere is found by no one and given back by no one; a program whose text can be written runs what a stray"
                        + " pointer left there.",
                "plan: regions of user space; program headers",
                "from the switch, of small pages"));
    }

    private boolean known() {
        if (!looked) {
            looked = true;
            image = region(IMAGE);
            heap = region(HEAP);
            libraries = region(LIBRARIES);
            stack = region(STACK);
        }
        return image != null && heap != null && libraries != null && stack != null;
    }

    private Region region(String id) {
        return scene().plan().regions().stream()
                .filter(region -> region.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    @Override
    protected void pageChanged(PageFact page) {
        if (!page.user()
                || page.level() > 1
                || page.linear() == 0
                || scene().kernel(page.linear())
                || !scene().judged(page)
                || !known()) {
            return;
        }
        Processes.UserProcess process = scene().processes().of(page.directory());
        int allowed = process == null
                ? anywhere(page.linear())
                : process.rights(page.linear(), page.bytes()) | stackRights(page.linear());
        if (allowed == 0 && !linkedTwice(page)) {
            violated()
                    .at(page)
                    .report(
                            process == null
                                    ? "a user page in a region of the plan"
                                    : "a user page in a segment, the heap, a library or the stack",
                            "it lies in none");
        } else if (page.writable() && (allowed & Rights.WRITE) == 0) {
            violated().at(page).report("read-only, as all that lies in this page is", "writable");
        }
    }

    /** Whether the page's table stands at another address of the same address space, which is ENT002's matter. */
    private boolean linkedTwice(PageFact page) {
        for (Structures.Placement place : scene().structures().placements(page.table())) {
            if (!place.derived() && place.base() != page.placement().base() && place.in(page.directory())) {
                return true;
            }
        }
        return false;
    }

    private int stackRights(long linear) {
        return stack.contains(linear) ? stack.rights() : 0;
    }

    private int anywhere(long linear) {
        boolean between = linear >= (image.first() & -page()) && linear <= heap.last();
        boolean in = between || libraries.contains(linear) || stack.contains(linear);
        return in ? Rights.READ | Rights.WRITE | Rights.USER : 0;
    }

    private long page() {
        return 1L << scene().mode().shift(1);
    }

    // What the kernel gives a process

    @Override
    protected void userSegmentLoaded(long pid, long linear, long bytes) {
        if (known() && (linear < image.first() || linear + bytes - 1 > heap.last())) {
            outside(pid, linear, bytes, "a segment of a program between " + IMAGE + " and the end of " + HEAP);
        }
    }

    @Override
    protected void libraryMapped(long pid, long linear, long bytes) {
        if (known() && !(libraries.contains(linear) && libraries.contains(linear + bytes - 1))) {
            outside(pid, linear, bytes, "a library in region " + LIBRARIES);
        }
    }

    private void outside(long pid, long linear, long bytes, String expected) {
        violated()
                .at(linear, bytes)
                .in(scene().processes().directory(pid))
                .report(expected, String.format(Locale.ROOT, "0x%08x-0x%08x", linear, linear + bytes - 1));
    }

    @Override
    protected void programBreakMoved(long pid, long was, long now) {
        if (!known()) {
            return;
        }
        if (now > heap.last() + 1) {
            outside(pid, was, now - was, "a break in region " + HEAP);
        }
        if (now < was) {
            above(pid, now + page() - 1 & -page(), was);
        }
    }

    /** What was heap has to be unmapped by the time that it is none any more. */
    private void above(long pid, long first, long end) {
        long directory = scene().processes().directory(pid);
        if (directory == Violation.NONE) {
            return;
        }
        Processes.UserProcess process = scene().processes().of(directory);
        PagingMode mode = scene().mode();
        int top = mode.levels();
        long linear = first;
        while (linear < end) {
            long word = scene().state().word(directory, mode.slot(linear, top));
            if (word == 0) {
                linear = (linear >>> mode.shift(top)) + 1 << mode.shift(top);
                continue;
            }
            // Structures between the directory and the last level are those of longer modes; IA-32 has none.
            long table = mode.frame(word, top, scene().cr4());
            long entry = scene().state().word(table, mode.slot(linear, 1));
            if (entry != 0 && (process == null || process.rights(linear, page()) == 0)) {
                violated().at(linear, page()).in(directory).report("no page above the break", "it is mapped");
            }
            linear += page();
        }
    }
}

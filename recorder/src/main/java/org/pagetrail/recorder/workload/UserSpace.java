package org.pagetrail.recorder.workload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.pagetrail.traces.event.Rights;
import org.pagetrail.traces.plan.Plan;
import org.pagetrail.traces.plan.Region;

/**
 * The linear addresses that a plan gives to programs.
 *
 * <p>They are those of its regions with user rights. Where one region's end and the next one's beginning are the program's to say, both
 * reach over the whole gap.
 */
final class UserSpace {
    /** What is a region's, open ends closed. */
    private record Span(long first, long last, Region region) {
        boolean contains(long address) {
            return Long.compareUnsigned(address, first) >= 0 && Long.compareUnsigned(address, last) <= 0;
        }
    }

    private final List<Span> spans = new ArrayList<>();
    private final Span stack;

    /** The user space of a plan. */
    UserSpace(Plan plan) {
        List<Region> regions = plan.regions().stream()
                .filter(region -> (region.rights() & Rights.USER) != 0)
                .sorted(Comparator.comparingLong(
                        region -> region.first() != Region.OPEN ? region.first() : region.last()))
                .toList();
        long after = 0;
        for (int i = 0; i < regions.size(); i++) {
            Region region = regions.get(i);
            long first = region.first() == Region.OPEN ? after : region.first();
            long last = region.last() != Region.OPEN
                    ? region.last()
                    : i + 1 < regions.size() ? end(regions.get(i + 1)) : plan.kernelFirst() - 1;
            // Of two that share a gap the first has it all.
            if (first <= last) {
                spans.add(new Span(first, last, region));
                after = last + 1;
            }
        }
        stack = spans.stream()
                .filter(span -> span.region.growth() == Region.Growth.DOWN)
                .reduce((lower, higher) -> higher)
                .orElse(null);
    }

    private static long end(Region next) {
        return next.first() == Region.OPEN ? next.last() : next.first() - 1;
    }

    /** Whether a program may have an address. */
    boolean contains(long address) {
        for (int i = 0; i < spans.size(); i++) {
            if (spans.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the address lies in the region of the stack. */
    boolean inStack(long address) {
        return stack != null && stack.contains(address);
    }

    /** The first byte of the stack's region. */
    long stackFirst() {
        return stack == null ? 0 : stack.first;
    }

    /** Bytes of the stack's region; 0 when the plan has none. */
    long stackBytes() {
        return stack == null ? 0 : stack.last - stack.first + 1;
    }

    /** How many of the bytes from {@code first} to {@code last} a program may have, the stack's not counted. */
    long bytesBetween(long first, long last) {
        long bytes = 0;
        for (Span span : spans) {
            if (!span.equals(stack)) {
                bytes += Math.max(0, Math.min(last, span.last) - Math.max(first, span.first) + 1);
            }
        }
        return bytes;
    }

    /** Whether all these bytes lie in one region that is neither a program's image nor grows: where the system puts what it likes. */
    boolean systemsBetween(long first, long last) {
        return spans.stream()
                .filter(span -> !span.region.image() && span.region.growth() == Region.Growth.NONE)
                .anyMatch(span -> span.contains(first) && span.contains(last));
    }

    /** The first address of all. */
    long first() {
        return spans.isEmpty() ? 0 : spans.get(0).first;
    }

    /** The last address of all. */
    long last() {
        return spans.isEmpty() ? 0 : spans.get(spans.size() - 1).last;
    }
}

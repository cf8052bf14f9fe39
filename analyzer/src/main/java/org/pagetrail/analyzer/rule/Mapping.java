package org.pagetrail.analyzer.rule;

import org.pagetrail.traces.event.Rights;

/**
 * What a linear address is mapped to, by the paging structures as they stand.
 *
 * @param frame the 4 KB page frame that holds the address
 * @param rights what all levels together allow, as {@link Rights}
 * @param level the leaf's level: 1 for the smallest page
 * @param table the frame of the structure that holds the leaf
 * @param entry the leaf
 */
public record Mapping(long frame, int rights, int level, long table, long entry) {
    /** Whether user mode reaches it. */
    public boolean user() {
        return (rights & Rights.USER) != 0;
    }

    /** Whether it can be written where writes respect rights. */
    public boolean writable() {
        return (rights & Rights.WRITE) != 0;
    }
}

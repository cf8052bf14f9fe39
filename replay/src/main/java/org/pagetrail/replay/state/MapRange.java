package org.pagetrail.replay.state;

/**
 * Neighbouring pages of an address space that are alike in all but A and D, and whose frames are neighbours in the same order.
 *
 * @param first the first linear address
 * @param last the last linear address
 * @param physical the first physical address
 * @param pageBytes the size of each page
 * @param rights effective: the AND of all levels, as {@link org.pagetrail.traces.event.Rights}
 * @param global whether the entries that map the pages have G set
 * @param derived whether they are seen through a directory's reference to itself, where its words stand in as table entries
 * @param region the name of the region of the plan, or null outside of all
 */
public record MapRange(
        long first,
        long last,
        long physical,
        long pageBytes,
        int rights,
        boolean global,
        boolean derived,
        String region) {
    /** How many bytes it spans. */
    public long bytes() {
        return last - first + 1;
    }

    /** The last physical address. */
    public long physicalLast() {
        return physical + (last - first);
    }

    /** Whether {@code next} begins where this ends and is alike in all but where its frames are. */
    boolean continuesInto(MapRange next) {
        return last + 1 == next.first
                && pageBytes == next.pageBytes
                && rights == next.rights
                && global == next.global
                && derived == next.derived
                && (region == null ? next.region == null : region.equals(next.region));
    }

    MapRange upTo(long newLast) {
        return new MapRange(first, newLast, physical, pageBytes, rights, global, derived, region);
    }
}

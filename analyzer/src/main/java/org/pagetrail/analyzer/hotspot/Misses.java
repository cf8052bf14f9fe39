package org.pagetrail.analyzer.hotspot;

/**
 * First-level misses and walks of one kind of access and page size, from {@code tlb-filled}. Walks that faulted filled nothing and
 * are not among them.
 *
 * @param kind which accesses: instruction, data, or unified where one TLB serves all
 * @param pageBytes the size of the pages
 * @param walks after a miss of all levels
 * @param dirtyWalks for the first write to a page that was held as clean
 * @param secondLevel filled from the second level, without a walk
 * @param references of the walks
 */
public record Misses(String kind, long pageBytes, long walks, long dirtyWalks, long secondLevel, long references) {}

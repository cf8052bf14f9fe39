package org.pagetrail.replay.state;

/**
 * One directory entry in the paging-structure cache.
 *
 * @param linear the first linear address that the directory entry translates
 * @param entry the directory entry
 */
public record WalkCacheEntry(long linear, long entry) {}

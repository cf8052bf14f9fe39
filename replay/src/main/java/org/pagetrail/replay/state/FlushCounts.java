package org.pagetrail.replay.state;

/**
 * What an invalidation or a flush did.
 *
 * @param dropped translations dropped, in all TLBs together
 * @param kept translations left, in all TLBs together
 * @param walkCacheDropped directory entries dropped from the walk cache
 */
public record FlushCounts(int dropped, int kept, int walkCacheDropped) {}

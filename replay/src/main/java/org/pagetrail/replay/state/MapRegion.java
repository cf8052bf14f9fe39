package org.pagetrail.replay.state;

/**
 * A named part of the linear address space.
 *
 * @param first its first byte
 * @param last its last byte
 * @param id its name in the plan
 */
public record MapRegion(long first, long last, String id) {}

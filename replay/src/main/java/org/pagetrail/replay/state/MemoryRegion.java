package org.pagetrail.replay.state;

import org.pagetrail.traces.event.MemoryType;

/**
 * A range of physical memory as the firmware reported it.
 *
 * @param physical first byte
 * @param size in bytes
 * @param type what the firmware says it is
 */
public record MemoryRegion(long physical, long size, MemoryType type) {}

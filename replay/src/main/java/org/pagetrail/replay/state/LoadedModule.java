package org.pagetrail.replay.state;

/**
 * A module that the boot loader left in memory.
 *
 * @param physical first byte
 * @param size in bytes
 * @param name its name
 */
public record LoadedModule(long physical, long size, String name) {}

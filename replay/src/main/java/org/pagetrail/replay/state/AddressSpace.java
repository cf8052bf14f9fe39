package org.pagetrail.replay.state;

/**
 * An address space between its creation and its retirement.
 *
 * @param directory the frame of its root
 * @param pid its process, 0 for the kernel
 * @param name its name
 * @param loaded whether paging is on and CR3 holds its root
 */
public record AddressSpace(long directory, int pid, String name, boolean loaded) {}

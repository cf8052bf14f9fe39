package org.pagetrail.replay.state;

/**
 * A shared library in a process.
 *
 * @param linear first byte
 * @param size in bytes
 * @param rights as {@link org.pagetrail.traces.event.Rights}
 * @param name its name
 */
public record MappedLibrary(long linear, long size, int rights, String name) {}

package org.pagetrail.replay.state;

/**
 * A loadable segment of a program in a process.
 *
 * @param linear first byte
 * @param fileSize bytes that came from the file
 * @param memorySize bytes that it takes; what the file does not give is zero
 * @param rights as {@link org.pagetrail.traces.event.Rights}
 */
public record UserSegment(long linear, long fileSize, long memorySize, int rights) {}

package org.pagetrail.replay.state;

/**
 * A loadable segment of the kernel image.
 *
 * @param physical first byte where it lies
 * @param linear first byte where it runs
 * @param fileSize bytes that came from the file
 * @param memorySize bytes that it takes; what the file does not give is zero
 * @param rights as {@link org.pagetrail.traces.event.Rights}
 */
public record KernelSegment(long physical, long linear, long fileSize, long memorySize, int rights) {}

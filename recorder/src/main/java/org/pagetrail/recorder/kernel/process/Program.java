package org.pagetrail.recorder.kernel.process;

import java.util.List;

/**
 * A program or a shared library whose file the kernel has in its memory.
 *
 * @param name what it is called
 * @param file linear address of the file's first byte, at the beginning of a page
 * @param entry the linear address at which a program begins; of a library from its own beginning on
 * @param segments what is loaded of it
 */
public record Program(String name, int file, int entry, List<Segment> segments) {
    /**
     * A loadable segment.
     *
     * @param linear its first address; in a library counted from the library's beginning
     * @param offset where its content is in the file; agrees with {@code linear} in the bits of an offset in a page
     * @param fileBytes how much content it has
     * @param memoryBytes how much memory it takes; what is beyond the content is zero
     * @param rights as in {@link org.pagetrail.traces.event.Rights}
     */
    public record Segment(long linear, long offset, long fileBytes, long memoryBytes, int rights) {}

    /** Copies the list. */
    public Program {
        segments = List.copyOf(segments);
    }

    /** The address after its last segment. */
    public long end() {
        return segments.stream()
                .mapToLong(segment -> segment.linear + segment.memoryBytes)
                .max()
                .orElse(0);
    }
}

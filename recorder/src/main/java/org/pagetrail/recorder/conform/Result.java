package org.pagetrail.recorder.conform;

import java.util.List;

/**
 * What running a table came to.
 *
 * @param rows how many cases were run
 * @param left how many say nothing that a processor must do, and were left out
 * @param excepted how many differ from the table as the exceptions say
 * @param unused ids of exceptions that no row needed
 * @param differences the rows that differ, in the table's order
 */
public record Result(long rows, long left, long excepted, List<Long> unused, List<Difference> differences) {
    /** With lists that do not change. */
    public Result {
        unused = List.copyOf(unused);
        differences = List.copyOf(differences);
    }
}

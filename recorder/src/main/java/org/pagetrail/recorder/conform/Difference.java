package org.pagetrail.recorder.conform;

/**
 * A row in which the machine does not do what the table says.
 *
 * @param id the row's
 * @param line where it stands
 * @param what the row's case, for people
 * @param expected what the table says, in the columns that differ
 * @param found what the machine does, in the same columns
 */
public record Difference(long id, long line, String what, String expected, String found) {}

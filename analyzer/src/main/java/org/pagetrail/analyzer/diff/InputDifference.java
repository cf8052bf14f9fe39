package org.pagetrail.analyzer.diff;

/**
 * Something that the two recordings were made from, or with, and that is not the same.
 *
 * @param input what, as {@code ram} or {@code profile costs.invlpg}
 * @param old its value in the old recording, or null when it has none
 * @param now its value in the new recording, or null when it has none
 */
public record InputDifference(String input, String old, String now) {}

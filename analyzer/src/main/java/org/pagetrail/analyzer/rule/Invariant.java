package org.pagetrail.analyzer.rule;

/**
 * What an invariant says, apart from how it is judged.
 *
 * @param id short and stable, as {@code LAY001}; never given to another
 * @param severity how bad a violation is
 * @param holds what must hold: one sentence
 * @param reason what goes wrong when it does not: one sentence
 * @param source the plan's step, or the section of the manual
 * @param when during which part of a recording it must hold
 */
public record Invariant(String id, Severity severity, String holds, String reason, String source, String when) {}

/** Invariants about the trace itself. */
package org.pagetrail.analyzer.rule.trace;

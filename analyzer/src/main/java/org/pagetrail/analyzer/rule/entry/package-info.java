/** Invariants about the entries themselves. */
package org.pagetrail.analyzer.rule.entry;

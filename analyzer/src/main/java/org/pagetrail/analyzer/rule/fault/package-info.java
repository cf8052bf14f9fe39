/** Invariants about faults. */
package org.pagetrail.analyzer.rule.fault;

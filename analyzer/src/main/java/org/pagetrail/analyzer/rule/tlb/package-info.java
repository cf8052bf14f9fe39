/** Invariants about cached translations. */
package org.pagetrail.analyzer.rule.tlb;

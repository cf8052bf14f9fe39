/** Invariants about page frames. */
package org.pagetrail.analyzer.rule.frame;

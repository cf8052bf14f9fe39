/** Invariants about the order of the boot. */
package org.pagetrail.analyzer.rule.order;

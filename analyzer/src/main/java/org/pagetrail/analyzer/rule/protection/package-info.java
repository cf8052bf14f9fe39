/** Invariants about who may reach what. */
package org.pagetrail.analyzer.rule.protection;

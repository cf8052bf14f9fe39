/** Invariants about where everything lies. */
package org.pagetrail.analyzer.rule.layout;

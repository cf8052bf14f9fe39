/** Judging a trace by all invariants in one pass. */
package org.pagetrail.analyzer.verify;

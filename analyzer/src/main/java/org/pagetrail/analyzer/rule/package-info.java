/** The invariants: what has to hold in a trace, each judged by the plan in its header and never by the recorder. */
package org.pagetrail.analyzer.rule;

/** What changed between two traces: inputs, maps, events, costs, violations; aligned by phase and meaning. */
package org.pagetrail.analyzer.diff;

/** Where a workload's accesses come from: recorded reference streams, and patterns that generate addresses. */
package org.pagetrail.recorder.workload;

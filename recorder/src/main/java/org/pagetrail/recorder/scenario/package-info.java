/** Named deterministic workloads: a scenario and a seed give one trace. */
package org.pagetrail.recorder.scenario;

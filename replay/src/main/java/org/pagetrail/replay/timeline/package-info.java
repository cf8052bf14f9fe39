/** Ways to a point of a trace. */
package org.pagetrail.replay.timeline;

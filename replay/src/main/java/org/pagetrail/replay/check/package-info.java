/** Whether events are those of a trace. */
package org.pagetrail.replay.check;

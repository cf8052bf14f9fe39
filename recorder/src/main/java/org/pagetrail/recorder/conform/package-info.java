/** Tables of paging cases, run through the machine. */
package org.pagetrail.recorder.conform;

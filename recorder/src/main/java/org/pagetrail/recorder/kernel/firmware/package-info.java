/**
 * What a kernel finds in memory when it starts: what the firmware reports and what a multiboot boot loader leaves.
 *
 * <p>All of it is computed; there is no machine here. {@link org.pagetrail.recorder.kernel.firmware.BootLoader} decides,
 * {@link org.pagetrail.recorder.kernel.firmware.BootLayout} is the outcome.
 */
package org.pagetrail.recorder.kernel.firmware;
